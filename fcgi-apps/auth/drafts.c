/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* drafts.c: keeping what is being written into a form, and forgetting it. */
#include "bank/draft.h"
#include "fcgi-apps/auth/auth.h"
#include "fcgi-apps/front.h"

static enum err
draft_nowhere(struct req *rq)
{
	return req_note(rq, "draft", "This is no page of ours.");
}

enum err
draft_post(struct req *rq, struct resp *rs)
{
	const char *path = front_draft_path(rq);
	enum err e;

	if (path == NULL)
		return draft_nowhere(rq);
	if ((e = front_draft_keep(rq, rq->who.user, path)) != OK)
		return e;
	return resp_see(rq, rs, 204, NULL, "%s", path);
}

enum err
draft_discard(struct req *rq, struct resp *rs)
{
	const char *path = front_draft_path(rq);
	enum err e;

	if (path == NULL)
		return draft_nowhere(rq);
	if ((e = draft_drop(rq->db, rq->who.user, path)) != OK)
		return e;
	return resp_see(rq, rs, 204, NULL, "%s", path);
}
