/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* recovery.c: new recovery codes, shown once, to be printed. */
#include "bank/recovery.h"

#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"
#include "fcgi-apps/view.h"
#include "lib/clock.h"

enum err
recovery_post(struct req *rq, struct resp *rs)
{
	struct factor_owner o = {rq->pool, rq->who.user, rq->who.customer,
				 front_actor(rq)};
	json_object *v = view_new(rq), *list = json_object_new_array();
	char codes[RECOVERY_CODES][RECOVERY_TEXT];
	enum err e;
	int i;

	json_object_object_add(v, "codes", list);
	if ((e = front_confirmed(rq)) != OK ||
	    (e = recovery_make(rq->db, &o, codes)) != OK)
		return e;
	for (i = 0; i < RECOVERY_CODES; i++)
		json_object_array_add(list, json_object_new_string(codes[i]));
	view_time(v, "made_at", clock_now());
	e = resp_page(rs, "recovery-codes", v);
	rs->status = 201;
	return e;
}
