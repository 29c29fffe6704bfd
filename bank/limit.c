/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* limit.c: the only writer of the used_... counters. */
#include "bank/limit.h"

enum err
limit_check(const struct account *a, struct money amount, const char **why)
{
	const struct limit *l = &a->limit;
	struct money used;

	*why = NULL;
	if (money_cmp(amount, l->per_transfer_min) < 0)
		*why = "This is below the smallest payment.";
	else if (money_sign(l->per_transfer_max) > 0 &&
		 money_cmp(amount, l->per_transfer_max) > 0)
		*why = "This is above the largest single payment.";
	else if (l->daily_count > 0 && l->used_count >= l->daily_count)
		*why = "Today's number of payments is used up.";
	else if (money_sign(l->daily_amount) > 0 &&
		 (money_add(&used, l->used_amount, amount) != OK ||
		  money_cmp(used, l->daily_amount) > 0))
		*why = "This is more than is left for payments today.";
	return *why != NULL ? ERR_LIMIT : OK;
}

enum err
limit_use(struct db *db, int64_t account, struct money amount, int32_t today)
{
	struct stmt *q = db_sql(db,
		"UPDATE account SET " LIMIT_USED " WHERE id = :id");

	db_put_int(q, "used", money_minor(amount));
	db_put_int(q, "today", today);
	db_put_int(q, "id", account);
	return db_done(q);
}

/* Never below nothing: a clock that was set back makes a day begin anew, and
 * what was promised on it before must still end. */
enum err
limit_return(struct db *db, int64_t account, struct money amount, int32_t day)
{
	struct stmt *q = db_sql(db,
		"UPDATE account SET used_amount = CASE WHEN "
		"used_amount > :amount THEN used_amount - :amount ELSE 0 END, "
		"used_count = CASE WHEN used_count > 1 THEN used_count - 1 "
		"ELSE 0 END WHERE id = :id AND used_on = :day");

	db_put_int(q, "amount", money_minor(amount));
	db_put_int(q, "day", day);
	db_put_int(q, "id", account);
	return db_done(q);
}
