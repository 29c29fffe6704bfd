/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* user.c: letting people in: users, locks and bearer tokens. */
#include "bank/user.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bank/customer.h"
#include "bank/password.h"
#include "bank/outgoing.h"
#include "bank/session.h"
#include "bank/signin.h"
#include "bank/totp.h"
#include "tools/clicknet/clicknet.h"

enum { PASSWORD_ROOM = 1024 };

struct adding {
	const char *customer, *user_id, *role;
	bool by_stdin;
};

/* "staff:teller" is the role teller; nothing, or "customer", a customer. */
static const char *
role_of(const char *typed)
{
	static const char *const staff[] = {"teller", "support", "compliance",
					    "admin"};
	size_t i;

	if (typed == NULL || strcmp(typed, "customer") == 0)
		return "customer";
	for (i = 0; i < sizeof staff / sizeof *staff; i++)
		if (strncmp(typed, "staff:", 6) == 0 &&
		    strcmp(typed + 6, staff[i]) == 0)
			return staff[i];
	return NULL;
}

/* The first line of standard input, without its end. */
static int
password_read(struct tool *t, char room[PASSWORD_ROOM])
{
	const char *faults[PASSWORD_FAULTS];
	int n, i;

	if (isatty(STDIN_FILENO))
		fputs("Password: ", stderr);
	if (fgets(room, PASSWORD_ROOM, stdin) == NULL)
		return tool_fail(EX_DATAERR, "there is no password on "
				 "standard input");
	room[strcspn(room, "\r\n")] = '\0';
	n = password_faults(t->pool, room, faults);
	for (i = 0; i < n; i++)
		tool_say("%s", faults[i]);
	return n == 0 ? 0 : EX_DATAERR;
}

static enum err
add_work(struct db *db, void *arg)
{
	return user_add(db, arg, &actor_operator);
}

static int
user_write(struct tool *t, struct user *u)
{
	char password[PASSWORD_ROOM];
	int status = password_read(t, password);
	enum err e;

	if (status == 0)
		u->password = password_encode(t->pool, password);
	explicit_bzero(password, sizeof password);
	if (status != 0)
		return status;
	if ((e = db_write(t->db, add_work, u)) == ERR_CONFLICT)
		return tool_fail(EX_DATAERR,
				 "the user id %s is taken", u->user_id);
	return e == OK ? 0 : tool_error(e, NULL);
}

int
run_user_add(struct tool *t, int argc, char **argv)
{
	struct adding a = {0};
	const struct arg args[] = {
		{"--customer", ARG_TEXT, &a.customer, false},
		{"--user-id", ARG_TEXT, &a.user_id, true},
		{"--password-stdin", ARG_FLAG, &a.by_stdin, true},
		{"--role", ARG_TEXT, &a.role, false}};
	struct user u = {0};
	const char *fault;
	int status = ARGS(t, argc, argv, args);

	if (status != 0)
		return status;
	if ((u.role = role_of(a.role)) == NULL)
		return tool_fail(EX_USAGE, "%s: no such role", a.role);
	u.user_id = user_normal(t->pool, a.user_id);
	if ((fault = user_id_fault(u.user_id)) != NULL)
		return tool_fail(EX_DATAERR, "%s: %s", a.user_id, fault);
	if (a.customer == NULL && strcmp(u.role, "customer") == 0)
		return tool_usage(t, "--customer", "this is missing");
	if (a.customer != NULL &&
	    customer_find(t->db, a.customer, &u.customer) != OK)
		return tool_fail(EX_DATAERR, "there is no customer %s",
				 a.customer);
	return user_write(t, &u);
}

/* The one argument of a verb: somebody there is. */
static int
user_named(struct tool *t, int argc, char **argv, struct user *u)
{
	const char *user_id;
	const struct arg args[] = {{"U", ARG_TEXT, &user_id, true}};
	int status = ARGS(t, argc, argv, args);
	enum err e;

	if (status != 0)
		return status;
	if ((e = user_find(t->db, t->pool, user_id, u)) == ERR_MISSING)
		return tool_fail(EX_NOUSER, "there is no user %s", user_id);
	if (e == ERR_CONFLICT)
		return tool_fail(EX_DATAERR,
				 "what the bank keeps of %s was changed by "
				 "another: clicknet verify", user_id);
	db_rest(t->db);
	return e == OK ? 0 : tool_error(e, NULL);
}

/* How it ended; ${none} means that there was ${nothing} to do. */
static int
user_done(const struct user *u, enum err e, enum err none, const char *nothing)
{
	if (e == OK)
		return 0;
	return e == none ? tool_fail(EX_DATAERR, "%s: %s", u->user_id, nothing)
			 : tool_error(e, NULL);
}

int
run_user_unlock(struct tool *t, int argc, char **argv)
{
	struct user u;
	int status = user_named(t, argc, argv, &u);

	return status != 0 ? status
			   : user_done(&u,
				       signin_unlock(t->db, u.user_id,
						     &actor_operator),
				       OK, "");
}

int
run_user_release(struct tool *t, int argc, char **argv)
{
	struct user u;
	int status = user_named(t, argc, argv, &u);

	return status != 0 ? status
			   : user_done(&u,
				       outgoing_release(t->db, u.user_id,
							&actor_operator),
				       ERR_CONFLICT, "nothing is stopped");
}

int
run_user_app_off(struct tool *t, int argc, char **argv)
{
	struct factor_owner o = {.pool = t->pool, .who = &actor_operator};
	struct user u;
	int status = user_named(t, argc, argv, &u);

	if (status != 0)
		return status;
	o.user = u.id;
	o.customer = u.customer;
	return user_done(&u, totp_remove(t->db, &o), ERR_MISSING,
			 "there is no authenticator app");
}

int
run_token(struct tool *t, int argc, char **argv)
{
	const char *user_id;
	bool read_only = false;
	const struct arg args[] = {
		{"--user-id", ARG_TEXT, &user_id, true},
		{"--read-only", ARG_FLAG, &read_only, false}};
	char token[SESSION_TOKEN];
	int status = ARGS(t, argc, argv, args);
	enum err e;

	if (status != 0)
		return status;
	e = session_token(t->db, t->pool, user_id, read_only, token);
	if (e == ERR_MISSING)
		return tool_fail(EX_NOUSER, "there is no user %s", user_id);
	if (e != OK)
		return tool_error(e, NULL);
	puts(token);
	return 0;
}
