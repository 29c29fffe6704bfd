/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* money.c: tests that no amount is lost, invented or misread. */
#include "lib/money.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/tap.h"

static int64_t
random_minor(uint64_t *state)
{
	/* xorshift, and a shift so that all sizes come up. */
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (int64_t)*state >> (*state >> 8) % 64;
}

static bool
comes_back(int64_t minor, const char *currency)
{
	struct money m = money_of(minor, currency), back;
	char text[MONEY_TEXT];

	return money_parse(money_text(text, m), currency, &back) == OK &&
	       money_cmp(m, back) == 0 && money_minor(back) == minor;
}

static void
test_round_trip(void)
{
	static const char *const currencies[] = {"JPY", "EUR", "KWD", "CLF"};
	static const int64_t edges[] = {
		0, 1, -1, 9, 10, 99, 100, -99, -100, 999, 1000, 12345,
		INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1,
		INT64_MAX / 10, INT64_MIN / 10, INT64_MAX / 100,
	};
	uint64_t state = UINT64_C(88172645463325252);

	for (int c = 0; c < 4; c++) {
		bool all = true;

		for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
			all = all && comes_back(edges[i], currencies[c]);
		for (int i = 0; i < 50000; i++)
			all = all && comes_back(random_minor(&state),
						currencies[c]);
		ok(all, "every amount of %s reads as it was written",
		   currencies[c]);
	}
}

static void
test_currencies(void)
{
	static const char *const none[] = {
		"", "E", "EU", "EURO", "eur", "XXX", "XAU", "ZZZ", "AAA",
		"AED2", "D2 ", " AF", "DEM", "EU\xff",
	};
	bool refused = !money_known(NULL);

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		refused = refused && !money_known(none[i]);
	ok(refused, "what is no currency is not known");
	ok(money_known("AED") && money_known("ZWG") && money_known("EUR") &&
	   money_known("CZK"), "the first, the last and some between are");
	is_int(money_decimals("JPY"), 0, "the yen has no decimals");
	is_int(money_decimals("EUR"), 2, "the euro has two");
	is_int(money_decimals("KWD"), 3, "the Kuwaiti dinar has three");
	is_int(money_decimals("UYW"), 4, "and there are four");
}

/* True if ${run} ends the process by abort. */
static bool
aborts(void (*run)(void))
{
	pid_t child;
	int status;

	fflush(stdout);
	if ((child = fork()) == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(2);
		signal(SIGABRT, SIG_DFL);
		run();
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGABRT;
}

static void
compare_unlike(void)
{
	money_cmp(money_of(1, "EUR"), money_of(1, "USD"));
}

static void
negate_least(void)
{
	money_negate(money_of(INT64_MIN, "EUR"));
}

static void
make_none(void)
{
	money_of(1, "EURO");
}

static void
test_sums(void)
{
	struct money a = money_of(INT64_MAX, "EUR"), one = money_of(1, "EUR");
	struct money low = money_of(INT64_MIN, "EUR"), out = one;
	struct money dollar = money_of(1, "USD");

	is_int(money_add(&out, a, one), ERR_INPUT,
	       "a sum that does not fit is refused");
	is_int(money_sub(&out, low, one), ERR_INPUT,
	       "so is a difference");
	is_int(money_add(&out, one, dollar), ERR_INPUT,
	       "euros and dollars do not add");
	is_int(money_sub(&out, one, dollar), ERR_INPUT, "nor subtract");
	is_int(money_minor(out), 1, "a refused sum changes nothing");
	ok(money_add(&out, a, low) == OK && money_minor(out) == -1,
	   "the largest and the smallest amount cancel but for one");
	ok(money_sub(&out, one, a) == OK && money_minor(out) == 1 - INT64_MAX,
	   "a difference may be below zero");
	ok(money_add(&out, out, a) == OK && money_minor(out) == 1,
	   "a sum may go where a part came from");
	ok(money_minor(money_negate(one)) == -1, "one negated is minus one");
	ok(money_cmp(one, a) == -1 && money_cmp(a, one) == 1 &&
	   money_cmp(one, one) == 0, "amounts compare");
	ok(money_sign(one) == 1 && money_sign(low) == -1 &&
	   money_sign(money_of(0, "EUR")) == 0, "amounts have a sign");
	ok(aborts(compare_unlike), "comparing unlike currencies is a bug");
	ok(aborts(negate_least), "negating the least amount is a bug");
	ok(aborts(make_none), "an amount of no currency is a bug");
}

static void
test_parse(void)
{
	static const struct {
		const char *text, *currency;
		int64_t minor;
	} good[] = {
		{"12.34", "EUR", 1234}, {"-12.34", "EUR", -1234},
		{"12.3", "EUR", 1230}, {"12", "EUR", 1200},
		{"0.05", "EUR", 5}, {"0", "EUR", 0}, {"-0.01", "EUR", -1},
		{"1234", "JPY", 1234}, {"1.234", "KWD", 1234},
		{"92233720368547758.07", "EUR", INT64_MAX},
		{"-92233720368547758.08", "EUR", INT64_MIN},
	};
	static const char *const bad[] = {
		"", "-", ".", "12.", ".5", "+1", "1e3", " 1", "1 ", "01", "00",
		"-01.00", "--1", "- 1", "1.2.3", "1,50", "1,000.00", "1.234",
		"1.000", "0x10", "1-", "nan", "inf", "12.3a", "\xd9\xa1", "1 0",
		"92233720368547758.08", "-92233720368547758.09",
		"92233720368547758070", "99999999999999999999999999999999999",
	};
	struct money m;
	bool refused = money_parse(NULL, "EUR", &m) == ERR_INPUT;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ok(money_parse(good[i].text, good[i].currency, &m) == OK &&
		   money_minor(m) == good[i].minor, "%s %s is an amount",
		   good[i].text, good[i].currency);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (money_parse(bad[i], "EUR", &m) != ERR_INPUT) {
			refused = false;
			printf("# took [%s]\n", bad[i]);
		}
	ok(refused, "programs must send amounts in the strict form");
	ok(money_parse("1.0", "JPY", &m) == ERR_INPUT &&
	   money_parse("1.2345", "KWD", &m) == ERR_INPUT,
	   "more decimals than the currency has are refused");
	is_int(money_parse("1", "XXX", &m), ERR_INPUT,
	       "an amount of no currency is refused");
}

static void
test_read(void)
{
	static const struct {
		const char *text, *currency;
		int64_t minor;
	} good[] = {
		{"1234,5", "EUR", 123450}, {"1234.5", "EUR", 123450},
		{"1.234,50", "EUR", 123450}, {"1,234.50", "EUR", 123450},
		{"1 234.50", "EUR", 123450}, {"1 234,50", "EUR", 123450},
		{"1'234.50", "CHF", 123450}, {"1’234.50", "CHF", 123450},
		{"1\u00a0234,50", "EUR", 123450},
		{"1\u202f234,50", "EUR", 123450},
		{"1\u2009234,50", "EUR", 123450},
		{"1,23,456.50", "INR", 12345650},
		{"12,34,567", "INR", 123456700},
		{"1,234,567", "EUR", 123456700},
		{"1.234.567", "EUR", 123456700}, {"1 234", "EUR", 123400},
		{"1.234.567,8", "EUR", 123456780},
		{"  12  ", "EUR", 1200}, {"0,05", "EUR", 5}, {",5", "EUR", 50},
		{"007", "EUR", 700}, {"0", "EUR", 0}, {"12.30", "EUR", 1230},
		{"€12.34", "EUR", 1234}, {"12,34 €", "EUR", 1234},
		{"€ 12", "EUR", 1200}, {"EUR 12", "EUR", 1200},
		{"12 eur", "EUR", 1200}, {"12\u00a0€", "EUR", 1200},
		{"$5", "USD", 500}, {"5 Kč", "CZK", 500}, {"5kr", "SEK", 500},
		{"Fr. 5.50", "CHF", 550}, {"R$ 5", "BRL", 500},
		{"US$5", "USD", 500}, {"5 kr.", "DKK", 500},
		{"1,234", "JPY", 1234}, {"¥ 1,234", "JPY", 1234},
		{"1.234", "JPY", 1234}, {"1.234", "KWD", 1234},
		{"1,234.567", "KWD", 1234567}, {"1.5", "KWD", 1500},
	};
	const char *hint;
	struct money m;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		hint = "";
		ok(money_read(good[i].text, good[i].currency, &m, &hint) ==
		   OK && money_minor(m) == good[i].minor && hint == NULL,
		   "people may write \"%s\"", good[i].text);
	}
}

static void
test_misread(void)
{
	static const char *const bad[] = {
		"", " ", "€", "EUR", "-5", "−5", "- 5", "+5", "5-", "1e3",
		"12.", "12,", "..", ",", "1.2.3", "1,2,3", "1.23.456,5",
		"1,234.567", "1234.567", "0.500", "12345.678", "1,234 567",
		"1 234'567", "1'234.567.8", "1234 567", "1234,567.00",
		"12,345,6", "1,23,45", "123,45,678", "1  234", "1 2", "1,,5",
		"$5", "5 USD", "5 Kč", "€ 5 €", "5 EUR EUR", "5 €x", "x5",
		"five", "1\n5", "5\x01", "\xff", "0,1,2", "0 123", "5;6",
		"99999999999999999999", "92233720368547758,08",
		"1111111111111111111111111111111111111111111111111111111111111"
		"11111111111111111111111111",
	};
	const char *hint;
	struct money m;
	bool refused = true;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		hint = "";
		if (money_read(bad[i], "EUR", &m, &hint) != ERR_INPUT ||
		    hint != NULL) {
			refused = false;
			printf("# took or doubted [%s]\n", bad[i]);
		}
	}
	ok(refused, "what is no amount is refused");
	ok(money_read(NULL, "EUR", &m, &hint) == ERR_INPUT &&
	   money_read("5", "XXX", &m, &hint) == ERR_INPUT,
	   "no text and no currency are no amount");
}

static void
test_doubt(void)
{
	const char *hint;
	struct money m;

	is_int(money_read("1.234", "EUR", &m, &hint), ERR_INPUT,
	       "an amount that can be read in two ways is not guessed");
	is_text(hint, "Did you mean 1234.00 or 1.23? Please write the "
		"decimals.", "both readings are shown");
	money_read("12,345 €", "EUR", &m, &hint);
	is_text(hint, "Did you mean 12345.00 or 12.34? Please write the "
		"decimals.", "whichever the mark");
	money_read("1,234", "KWD", &m, &hint);
	is_text(hint, "Did you mean 1234.000 or 1.234? Please write the "
		"decimals.", "a comma before three decimals is in doubt");
}

static void *
doubt(void *arg)
{
	const char **hint = arg;
	struct money m;

	if (money_read("9.876", "EUR", &m, hint) == OK)
		*hint = NULL;
	*hint = *hint != NULL && strstr(*hint, "9876.00") != NULL ? "good"
								   : "bad";
	return NULL;
}

static void
test_doubt_of_others(void)
{
	const char *mine, *theirs = NULL;
	struct money m;
	pthread_t other;

	if (money_read("1.234", "EUR", &m, &mine) == OK)
		mine = "";
	pthread_create(&other, NULL, doubt, &theirs);
	pthread_join(other, NULL);
	ok(strstr(mine, "1234.00") != NULL && strcmp(theirs, "good") == 0,
	   "one customer's hint is not another's");
}

static void
test_show(void)
{
	char out[MONEY_SHOWN];

	is_text(money_show(out, money_of(-123450, "EUR"), " ", ".", false),
		"−1 234.50", "a debit has a true minus");
	is_text(money_show(out, money_of(123450, "EUR"), ".", ",", true),
		"+1.234,50", "a credit may have a plus");
	is_text(money_show(out, money_of(0, "EUR"), " ", ".", true), "0.00",
		"nothing has no sign");
	is_text(money_show(out, money_of(100, "JPY"), ",", ".", false), "100",
		"no point where there are no decimals");
	is_text(money_show(out, money_of(1234567, "JPY"), ",", ".", false),
		"1,234,567", "threes are grouped");
	is_text(money_show(out, money_of(INT64_MIN, "JPY"), "\u202f", ",",
			   true),
		"−9\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808",
		"the smallest amount there is can be shown");
	is_text(money_show(out, money_of(5, "KWD"), "", "٫", false), "0٫005",
		"another script's point is fine");
}

/* What a page shows a customer may type in again. */
static void
test_shown_is_read(void)
{
	static const char *const ways[][3] = {
		{"EUR", ".", ","}, {"EUR", ",", "."}, {"EUR", "\u202f", ","},
		{"CHF", "’", "."}, {"KWD", ",", "."}, {"JPY", ",", "."},
	};
	uint64_t state = UINT64_C(2463534242);
	char shown[MONEY_SHOWN];
	const char *hint;
	struct money m;
	int64_t minor;

	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
		bool all = true;

		for (int i = 0; i < 20000; i++) {
			minor = random_minor(&state) & INT64_MAX;
			money_show(shown, money_of(minor, ways[w][0]),
				   ways[w][1], ways[w][2], false);
			all = all && money_read(shown, ways[w][0], &m,
						&hint) == OK &&
			      money_minor(m) == minor;
		}
		ok(all, "%s shown by \"%s\" and \"%s\" can be typed in again",
		   ways[w][0], ways[w][1], ways[w][2]);
	}
}

/* The last one asked for is remembered: others like it are others. */
static void
test_alike(void)
{
	static const struct {
		const char *code;
		int decimals;
	} codes[] = {{"CLF", 4}, {"CLP", 0}, {"BHD", 3}, {"THB", 2},
		     {"CHF", 2}, {"CLF", 4}, {"UYU", 2}, {"UYW", 4},
		     {"UYI", 0}};
	size_t i;

	for (i = 0; i < sizeof codes / sizeof *codes; i++)
		is_int(money_decimals(codes[i].code), codes[i].decimals,
		       "%s after one like it", codes[i].code);
	ok(!money_known("UYX") && !money_known("UY") && !money_known("UYIX") &&
	   money_known("UYI"), "what only begins like one is none");
}

int
main(void)
{
	test_round_trip();
	test_currencies();
	test_sums();
	test_parse();
	test_read();
	test_misread();
	test_doubt();
	test_doubt_of_others();
	test_show();
	test_shown_is_read();
	test_alike();
	return tap_done();
}
