/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contact.c: tests of numbers and mail addresses as people type them. */
#include "bank/contact.h"

#include <string.h>

#include "t/tap.h"

/* What is made of a number; "none" if it is none. */
static const char *
mobile(struct pool *pool, const char *text)
{
	const char *number = contact_mobile(pool, text);

	return number != NULL ? number : "none";
}

static void
test_mobile(struct pool *pool)
{
	static const char *const same[] = {
		"+4915112345678", "+49 151 12345678", "0049 151 12345678",
		"+49-151-12 34 56 78", "+49 (151) 1234.5678",
		"+49 (0)151/12345678"};
	static const char *const none[] = {
		"", "+", "0151 12345678", "15112345678", "+49", "+4915112",
		"+491511234567890123", "+49 151 1234567a", "+0151 12345678",
		"+49 151\n12345678", "+49 151 1234567８", "00", "(0)", "+(0)"};
	size_t i;

	for (i = 0; i < sizeof same / sizeof *same; i++)
		is_text(mobile(pool, same[i]), "+4915112345678",
			"%s is that number", same[i]);
	for (i = 0; i < sizeof none / sizeof *none; i++)
		is_text(mobile(pool, none[i]), "none", "[%s] is none",
			none[i]);
	is_text(mobile(pool, "+1 202 555 0143"), "+12025550143",
		"other countries have other numbers");
	is_text(mobile(pool, "+290 12345"), "+29012345", "short ones, too");
}

static void
test_email(struct pool *pool)
{
	static const char *const good[] = {
		"nora@new.example", "n@a.co", "nora.neu+bank@mail.new.example",
		"o'neill@x-y.example", "NORA@NEW.EXAMPLE"};
	static const char *const bad[] = {
		"", "nora", "nora@", "@new.example", "nora@new",
		"nora@new..example", "nora@.example", "nora@-new.example",
		"nora@new-.example", "nora@new.e", "no ra@new.example",
		"nora@new.example ", "nora@new.example,x@y.example",
		"nora..neu@new.example", ".nora@new.example",
		"nora.@new.example", "nora@new.example\r\nBcc: x@y.example",
		"nora@@new.example", "nöra@new.example", "nora@new.exämple",
		"<nora@new.example>", "nora@new.example."};
	char *long_one = pool_alloc(pool, 300);
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		ok(contact_email(pool, good[i]) != NULL, "%s can be written to",
		   good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(contact_email(pool, bad[i]) == NULL, "[%s] cannot", bad[i]);
	memset(long_one, 'a', 65);
	memcpy(long_one + 65, "@new.example", 13);
	ok(contact_email(pool, long_one) == NULL, "nor a name of 65 letters");
	ok(contact_email(pool, long_one + 1) != NULL, "but of 64");
	memcpy(long_one, "n@", 2);
	memset(long_one + 2, 'a', 64);
	memcpy(long_one + 66, ".example", 9);
	ok(contact_email(pool, long_one) == NULL,
	   "nor a part of a domain of 64");
	long_one[65] = '.';
	long_one[66] = 'a';
	ok(contact_email(pool, long_one) != NULL, "but of 63");
	for (i = 0; i < 4; i++) {
		memset(long_one + 2 + i * 51, 'a', 50);
		long_one[52 + i * 51] = '.';
	}
	memcpy(long_one + 206, "example", 8);
	ok(contact_email(pool, long_one) == NULL, "nor one of 213 letters");
}

static void
test_same(void)
{
	ok(contact_same_email("nora@new.example", "Nora@New.Example"),
	   "capital letters make no other mailbox");
	ok(!contact_same_email("nora@new.example", "no-ra@new.example"),
	   "a dash does");
	ok(!contact_same_email("", ""), "none is nobody's");
}

int
main(void)
{
	struct pool *pool = pool_new();

	test_mobile(pool);
	test_email(pool);
	test_same();
	pool_free(pool);
	return tap_done();
}
