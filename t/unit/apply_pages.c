/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* apply_pages.c: an account is asked for, a step at a time, as a browser and a
 * program see it. */
#include <stdlib.h>
#include <string.h>

#include "bank/message.h"
#include "fcgi-apps/kyc/kyc.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/deal.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

/* A browser and what it keeps. */
struct person {
	struct bank *bank;
	const char *cookie, *csrf, *language;
};

static const char *
headers(struct person *p)
{
	return pool_printf(p->bank->pool, "HTTP_COOKIE=%s%s%s%s",
			   p->cookie != NULL ? "clicknet-kyc=" : "other=1",
			   p->cookie != NULL ? p->cookie : "",
			   p->language != NULL ? "; lang=" : "",
			   p->language != NULL ? p->language : "");
}

/* The token of the last form stays in hand. */
static const char *
look(struct person *p, const char *path)
{
	static const char field[] = "name=\"csrf\" value=\"";
	struct pool *pool = p->bank->pool;
	const char *a = bank_ask(p->bank, &kyc_app,
				 pool_printf(pool, "GET %s", path), NULL,
				 "HTTP_ACCEPT=text/html", headers(p), NULL);
	const char *at = strstr(a, field);

	if (at != NULL)
		p->csrf = pool_strndup(pool, at + strlen(field),
				       strcspn(at + strlen(field), "\""));
	return a;
}

static const char *
post(struct person *p, const char *path, const char *form)
{
	struct pool *pool = p->bank->pool;

	return bank_ask(p->bank, &kyc_app, pool_printf(pool, "POST %s", path),
			pool_printf(pool, "csrf=%s&%s",
				    p->csrf != NULL ? p->csrf : "", form),
			"HTTP_ACCEPT=text/html",
			"HTTP_SEC_FETCH_SITE=same-origin", headers(p), NULL);
}

/* The cookie an answer sets. */
static const char *
cookie_of(struct bank *b, const char *answer)
{
	const char *set = answer_header(b, answer, "Set-Cookie");

	return strncmp(set, "clicknet-kyc=", 13) == 0
		       ? pool_strndup(b->pool, set + 13, strcspn(set + 13, ";"))
		       : "";
}

static void
leads(struct bank *b, const char *answer, const char *where, const char *what)
{
	is_int(answer_status(answer), 303, "%s", what);
	is_text(answer_header(b, answer, "Location"), where, "to %s", where);
}

static const char begin_form[] =
	"product_code=DAILY&branch_code=NORTH&name=Nora+Neu&"
	"email=nora%40new.example&mobile=%2B49+151+12345678";
static const char details_form_good[] =
	"given_names=Nora&family_name=Neu&birth_date=1994-02-28&"
	"nationality=DE&address=Lindenweg+3&address_more=&postcode=10115&"
	"city=Berlin&country=DE&tax_country=DE&tax_id=12+345+678+901&"
	"occupation=employed&source_of_funds=salary&pep=false&"
	"declarations=true";

static void
fresh(struct bank *b)
{
	bank_tamper(b, "DELETE FROM outbox; DELETE FROM rate");
}

/* Somebody who has begun, on the page for the mobile code. */
static struct person
begin(struct bank *b)
{
	struct person p = {.bank = b};
	const char *a;

	fresh(b);
	a = post(&p, "/kyc-session", begin_form);
	p.cookie = cookie_of(b, a);
	leads(b, a, "/apply/mobile", "an application is begun");
	look(&p, "/apply/mobile");
	return p;
}

static const char *
code(struct person *p, const char *channel, const char *text)
{
	return post(p, "/kyc-session/verify",
		    pool_printf(p->bank->pool, "channel=%s&code=%s", channel,
				text));
}

/* Both codes given. */
static struct person
known(struct bank *b)
{
	struct person p = begin(b);

	leads(b, code(&p, "mobile", bank_code(b)), "/apply/email",
	      "the phone's code is right");
	leads(b, code(&p, "email", bank_code(b)), "/apply/details",
	      "so is the mail's");
	return p;
}

/* The newest application. */
static struct application
newest(struct bank *b)
{
	struct application a;

	application_get(b->db, b->pool,
			bank_count(b, "SELECT max(id) AS n FROM application"),
			&a);
	db_rest(b->db);
	return a;
}

static struct person
ready(struct bank *b)
{
	struct person p = known(b);
	struct application a;

	leads(b, post(&p, "/kyc-session/details", details_form_good),
	      "/apply/documents", "details are given");
	a = newest(b);
	apply_do(b, apply_documents, &a);
	apply_do(b, apply_identity, &a);
	return p;
}

static void
test_choice(struct bank *b)
{
	struct person p = {.bank = b};
	const char *a;

	leads(b, look(&p, "/apply/branch"), "/products",
	      "who has chosen no account chooses one first");
	leads(b, look(&p, "/apply/product"), "/products", "so does a link");
	a = look(&p, "/apply/branch?product=DAILY");
	ok(answer_status(a) == 200 && visit_has(a, "North") &&
		   visit_has(a, "South") && visit_has(a, "DAILY") &&
		   !visit_has(a, "{{"),
	   "then a branch");
	is_int(answer_status(look(&p, "/apply/branch?product=FEE")), 404,
	       "what is not offered is not there");
	leads(b, look(&p, "/apply/contact?product=DAILY"),
	      "/apply/branch?product=DAILY", "without a branch there is none");
	a = look(&p, "/apply/contact?product=DAILY&branch=NORTH");
	ok(answer_status(a) == 200 && visit_has(a, "name=\"mobile\""),
	   "then name and contact");
	is_int(answer_status(look(
		       &p, "/apply/contact?product=DAILY&branch=WEST")),
	       404, "at a branch that is there");
	a = bank_ask_json(b, &kyc_app, "GET /apply/branch?product=DAILY",
			  NULL, NULL, NULL);
	ok(answer_status(a) == 200 && visit_has(a, "\"branch_code\":\"NORTH\"")
		   && !visit_has(a, "kyc_session_id"),
	   "a program sees the same");
	leads(b, look(&p, "/apply"), "/products",
	      "nobody's application is nowhere");
	leads(b, look(&p, "/apply/details"), "/products", "nor a step of it");
	p.cookie = "nonsense";
	leads(b, look(&p, "/apply/review"), "/apply/resume?idle=1",
	      "who had one is shown the way back");
}

static void
test_begin(struct bank *b)
{
	struct person p = {.bank = b};
	const char *a;

	fresh(b);
	a = post(&p, "/kyc-session",
		 "product_code=DAILY&branch_code=NORTH&name=N0ra&"
		 "email=nora%40&mobile=0151+1");
	ok(answer_status(a) == 422 &&
		   visit_has(a, "With the country") &&
		   visit_has(a, "value=\"N0ra\"") &&
		   visit_has(a, "value=\"nora@\"") &&
		   visit_has(a, "id=\"name-why\"") &&
		   visit_has(a, "id=\"email-why\"") &&
		   visit_has(a, "id=\"mobile-why\"") &&
		   visit_has(a, "value=\"NORTH\"") && visit_has(a, "DAILY"),
	   "every complaint at once, with the words and the choice kept");
	is_text(cookie_of(b, a), "", "nothing is begun");
	a = post(&p, "/kyc-session",
		 "product_code=NONE&branch_code=NONE&name=Nora&"
		 "email=nora%40new.example&mobile=%2B4915112345678");
	is_int(answer_status(a), 422, "nor for what there is not");
	a = post(&p, "/kyc-session", begin_form);
	leads(b, a, "/apply/mobile", "with all that one is begun");
	ok(visit_has(answer_header(b, a, "Set-Cookie"), "HttpOnly") &&
		   strlen(cookie_of(b, a)) == 43,
	   "in this browser");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'code-apply' AND channel = 'sms'"),
	       1, "and the first code is on its way");
	db_rest(b->db);
	is_text(newest(b).mobile, "+4915112345678", "to the number as it is");
	bank_set(b, "CAPTCHA", "auto");
	a = post(&p, "/kyc-session", begin_form);
	ok(answer_status(a) == 422 && visit_has(a, "id=\"captcha\""),
	   "machines are kept out");
	bank_set(b, "CAPTCHA", "off");
}

/* A second application in the browser of the first. */
static void
test_begin_again(struct bank *b)
{
	struct person p = begin(b), first = p;
	const char *a;

	look(&p, "/apply/contact");
	a = post(&p, "/kyc-session", begin_form);
	leads(b, a, "/apply/mobile", "who has an application begins another");
	p.cookie = cookie_of(b, a);
	ok(strcmp(p.cookie, first.cookie) != 0 &&
		   answer_status(look(&p, "/apply/mobile")) == 200,
	   "which is the one in this browser");
	leads(b, look(&first, "/apply/mobile"), "/apply/resume?idle=1",
	      "and the first is closed there");
}

static void
test_program(struct bank *b)
{
	const char *a, *token;

	fresh(b);
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session", NULL,
			  "{\"product_code\":\"DAILY\",\"branch_code\":"
			  "\"NORTH\",\"name\":\"Nora Neu\",\"email\":"
			  "\"nora@new.example\",\"mobile\":"
			  "\"+4915112345678\"}", NULL);
	token = answer_text(b, a, "token");
	ok(answer_status(a) == 201 && strlen(token) == 43 &&
		   strlen(answer_text(b, a, "kyc_session_id")) == 36 &&
		   strcmp(answer_text(b, a, "step"), "mobile") == 0,
	   "a program begins one");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox"), 0,
	       "and asks for its codes itself");
	db_rest(b->db);
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session/send-otp", token,
			  "{\"channel\":\"email\"}", NULL);
	ok(answer_status(a) == 202 &&
		   strcmp(answer_text(b, a, "sent_to"),
			  "n···@new.example") == 0,
	   "in the order it likes");
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session/verify", token,
			  "{\"channel\":\"email\",\"code\":\"0000000\"}",
			  NULL);
	ok(answer_status(a) == 401 && visit_has(a, "\"tries_left\":4"),
	   "a wrong code costs a try");
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session/verify", token,
			  pool_printf(b->pool, "{\"channel\":\"email\","
				      "\"code\":\"%s\"}", bank_code(b)),
			  NULL);
	ok(answer_status(a) == 200 &&
		   strcmp(answer_text(b, a, "step"), "mobile") == 0,
	   "the right one is taken");
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session/send-otp", token,
			  "{\"channel\":\"email\"}", NULL);
	is_int(answer_status(a), 409, "once");
	a = bank_ask_json(b, &kyc_app, "POST /kyc-session/submit", token,
			  "{}", NULL);
	ok(answer_status(a) == 409 &&
		   visit_has(a, "\"missing\":[\"mobile\",\"details\","
				"\"documents\",\"identity\"]"),
	   "what is not complete names what is missing");
	a = bank_ask_json(b, &kyc_app, "PUT /kyc-session/details", token,
			  "{}", NULL);
	is_int(answer_status(a), 409, "details come after the codes");
	a = bank_ask_json(b, &kyc_app, "PUT /kyc-session", token,
			  "{\"branch_code\":\"SOUTH\",\"email\":"
			  "\"other@new.example\"}", NULL);
	ok(answer_status(a) == 200 &&
		   strcmp(answer_text(b, a, "email"), "other@new.example") ==
			   0 &&
		   strcmp(answer_text(b, a, "name"), "Nora Neu") == 0 &&
		   strcmp(answer_text(b, a, "branch_code"), "SOUTH") == 0 &&
		   visit_has(a, "{\"name\":\"email\",\"status\":\"open\"}"),
	   "what is changed is changed, and confirmed no more");
	a = bank_ask_json(b, &kyc_app, "PUT /kyc-session", token,
			  "{\"mobile\":\"1\",\"product_code\":\"FEE\"}", NULL);
	ok(answer_status(a) == 422 && visit_has(a, "\"field\":\"mobile\"") &&
		   visit_has(a, "\"field\":\"product_code\""),
	   "what is wrong is said");
	a = bank_ask_json(b, &kyc_app, "GET /kyc-session", token, NULL, NULL);
	ok(answer_status(a) == 200 &&
		   strcmp(answer_text(b, a, "state"), "started") == 0,
	   "and all of it can be looked at");
	is_int(answer_status(bank_ask_json(b, &kyc_app, "GET /kyc-session",
					   "nobody", NULL, NULL)),
	       401, "by nobody else");
}

static void
test_codes(struct bank *b)
{
	struct person p = begin(b);
	const char *right = bank_code(b), *a;

	a = look(&p, "/apply/mobile");
	ok(answer_status(a) == 200 && visit_has(a, "+4915112345678") &&
		   visit_has(a, "one-time-code") &&
		   visit_has(a, "Step 4 of 9") && !visit_has(a, "{{"),
	   "the page asks for the code, and says where one is");
	a = code(&p, "mobile", deal_wrong(b, right));
	ok(answer_status(a) == 401 && visit_has(a, "Tries left: 4") &&
		   !visit_has(a, right),
	   "a wrong code keeps the page");
	a = code(&p, "mobile", "");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"code-why\""),
	   "an empty one, too");
	a = post(&p, "/kyc-session/send-otp", "channel=mobile");
	ok(answer_status(a) == 429 && visit_has(a, "one-time-code"),
	   "a second too soon as well");
	clock_freeze(BANK_NOW + 31 * CLOCK_SECOND);
	leads(b, post(&p, "/kyc-session/send-otp", "channel=mobile"),
	      "/apply/mobile?resent=1", "half a minute later there is one");
	a = look(&p, "/apply/mobile?resent=1");
	ok(visit_has(a, "A new code is on its way"), "and the page says so");
	a = code(&p, "email", right);
	ok(answer_status(a) == 410 && visit_has(a, "Confirm your mail"),
	   "for the mail none was sent");
	leads(b, code(&p, "mobile", bank_code(b)), "/apply/email",
	      "the right one leads on");
	a = look(&p, "/apply/mobile");
	ok(answer_status(a) == 200 && visit_has(a, "is confirmed."),
	   "who goes back sees that it is done");
	leads(b, code(&p, "mobile", "1"), "/apply/email",
	      "a code given again leads on");
	leads(b, post(&p, "/kyc-session/send-otp", "channel=mobile"),
	      "/apply/email", "as does one asked for");
	leads(b, look(&p, "/apply/details"), "/apply/email",
	      "no step is jumped over");
	clock_freeze(BANK_NOW);
}

static void
test_locked(struct bank *b)
{
	struct person p = begin(b);
	const char *a = "", *wrong;
	int i, k;

	for (i = 0; i < 3; i++) {
		wrong = deal_wrong(b, bank_code(b));
		for (k = 0; k < 5; k++)
			a = code(&p, "mobile", wrong);
		is_int(answer_status(a), 401, "five guesses");
		a = look(&p, "/apply/mobile");
		ok(visit_has(a, "Send the code"), "end a code");
		a = post(&p, "/kyc-session/send-otp", "channel=mobile");
	}
	ok(answer_status(a) == 423 && visit_has(a, "come back tomorrow"),
	   "and three codes the day");
	a = code(&p, "mobile", "1");
	is_int(answer_status(a), 423, "whatever is typed");
}

static void
test_no_carrier(struct bank *b)
{
	struct person p;
	const char *a;

	bank_set(b, "MESSAGE_DELIVERY", "real");
	p = begin(b);
	a = post(&p, "/kyc-session/send-otp", "channel=mobile");
	ok(answer_status(a) == 409 && visit_has(a, "ask at a branch"),
	   "where nobody carries text messages that is said");
	bank_set(b, "MESSAGE_DELIVERY", "inbox");
}

static void
test_details(struct bank *b)
{
	struct person p = known(b);
	const char *a = look(&p, "/apply/details");

	ok(answer_status(a) == 200 && visit_has(a, "value=\"Nora\"") &&
		   visit_has(a, "value=\"Neu\"") &&
		   visit_has(a, ">Germany</option>") && !visit_has(a, "{{"),
	   "the form begins with the name that is known");
	a = post(&p, "/kyc-session/details",
		 "given_names=Nora&family_name=&birth_date=2012-02-28&"
		 "nationality=XX&postcode=10115&city=&country=FR&"
		 "tax_country=&tax_id=1&occupation=student&pep=&address=");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"family_name-why\"") &&
		   visit_has(a, "id=\"birth_date-why\"") &&
		   visit_has(a, "too young") &&
		   visit_has(a, "id=\"nationality-why\"") &&
		   visit_has(a, "id=\"address-why\"") &&
		   visit_has(a, "id=\"city-why\"") &&
		   visit_has(a, "id=\"tax_country-why\"") &&
		   visit_has(a, "id=\"tax_id-why\"") &&
		   visit_has(a, "id=\"source_of_funds-why\"") &&
		   visit_has(a, "id=\"pep-why\"") &&
		   visit_has(a, "id=\"declarations-why\""),
	   "every complaint at once");
	ok(visit_has(a, "value=\"2012-02-28\"") &&
		   visit_has(a, "value=\"10115\"") &&
		   visit_has(a, "<option value=\"FR\" selected>France") &&
		   visit_has(a, "<option value=\"student\" selected>"),
	   "and every word kept");
	leads(b, post(&p, "/kyc-session/details", details_form_good),
	      "/apply/documents", "good ones lead on");
	a = look(&p, "/apply/details");
	ok(visit_has(a, "value=\"Lindenweg 3\"") &&
		   visit_has(a, "value=\"false\" checked") &&
		   visit_has(a, "value=\"true\" required checked"),
	   "and stand there when one comes back");
	p.language = "de";
	a = look(&p, "/apply/details");
	ok(visit_has(a, "Deutschland") && visit_has(a, "Österreich") &&
		   strstr(a, ">Österreich<") < strstr(a, ">Polen<"),
	   "countries have their names, in order, in German, too");
}

/* An hour in the middle of the long form. */
static void
test_late(struct bank *b)
{
	struct person p = known(b), other = {.bank = b};
	struct application a = newest(b);
	const char *page, *path;

	look(&p, "/apply/details");
	clock_freeze(BANK_NOW + 61ll * CLOCK_MINUTE);
	leads(b, look(&p, "/apply/details"), "/apply/resume?idle=1",
	      "after an hour the application is closed");
	leads(b, post(&p, "/kyc-session/details",
		      "given_names=Nora&family_name=Late&address=Half+a+"
		      "street&pep=false&declarations=true&birth_date=never"),
	      "/apply/resume?idle=1", "a form sent then");
	a = newest(b);
	ok(a.details_at == 0 && apply_acts(b, &a, "application.keep") == 1,
	   "is taken as no details");
	db_rest(b->db);
	path = pool_printf(b->pool, "token=%s", apply_link(b, &a));
	other.cookie = cookie_of(b, post(&other, "/apply/resume", path));
	page = look(&other, "/apply/details");
	ok(visit_has(page, "value=\"Late\"") &&
		   visit_has(page, "Half a street") &&
		   visit_has(page, "value=\"never\"") &&
		   !visit_has(page, "\"false\" checked") &&
		   !visit_has(page, "required checked"),
	   "but its words are there when one comes back");
	leads(b, post(&other, "/kyc-session/details", details_form_good),
	      "/apply/documents", "and can be finished");
	post(&p, "/kyc-session/details", "given_names=Old&family_name=Words");
	page = look(&other, "/apply/details");
	ok(!visit_has(page, "Words") && visit_has(page, "Lindenweg"),
	   "what is good is not written over");
	p.csrf = "nonsense";
	leads(b, post(&p, "/kyc-session/details", details_form_good),
	      "/apply/resume?idle=1", "another page's form");
	a = newest(b);
	is_int(apply_acts(b, &a, "application.keep"), 1, "is not kept");
	db_rest(b->db);
	look(&other, "/apply/contact");
	leads(b, post(&p, "/apply/contact", "name=X"), "/apply/resume?idle=1",
	      "nor are short ones");
	clock_freeze(BANK_NOW);
}

static void
test_young(struct bank *b)
{
	struct person p = known(b);
	struct application a = newest(b);
	const char *form = pool_printf(
		b->pool, "%s&birth_date=2012-02-28%s",
		"given_names=Nora&family_name=Neu",
		strstr(details_form_good, "&nationality"));

	is_int(answer_status(post(&p, "/kyc-session/details", form)), 422,
	       "one account is for grown-ups");
	apply_do(b, apply_product, &a);
	leads(b, post(&p, "/kyc-session/details", form), "/apply/documents",
	      "another is not");
	form = post(&p, "/apply/branch", "product_code=DAILY&branch_code=NORTH");
	ok(answer_status(form) == 422 && visit_has(form, "too young"),
	   "and does not lead to the first");
	is_text(newest(b).offer, "SAVE", "what was chosen stays");
}

static void
test_change(struct bank *b)
{
	struct person p = known(b);
	const char *a = look(&p, "/apply/branch");

	ok(answer_status(a) == 200 && visit_has(a, "value=\"NORTH\" required "
						   "checked"),
	   "the way back shows what was chosen");
	leads(b, post(&p, "/apply/branch",
		      "product_code=SAVE&branch_code=SOUTH"),
	      "/apply/details", "another choice leads on to where one was");
	ok(strcmp(newest(b).offer, "SAVE") == 0 &&
		   strcmp(newest(b).branch, "SOUTH") == 0,
	   "and holds");
	a = post(&p, "/apply/branch", "product_code=SAVE&branch_code=");
	ok(answer_status(a) == 422 && visit_has(a, "North"),
	   "none does not");
	a = look(&p, "/apply/contact");
	ok(visit_has(a, "nora@new.example") && !visit_has(a, "captcha"),
	   "contact stands there, too");
	fresh(b);
	leads(b, post(&p, "/apply/contact", "name=Nora+Neu&email=nora%40new."
					    "example&mobile=%2B4915100000000"),
	      "/apply/mobile", "another number has to be confirmed");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "channel = 'sms'"),
	       1, "its code is on its way");
	db_rest(b->db);
	a = post(&p, "/apply/contact", "name=&email=x&mobile=y");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"email-why\"") &&
		   visit_has(a, "/apply/contact\""),
	   "what is wrong is said there");
}

static void
test_review(struct bank *b)
{
	struct person p = ready(b);
	const char *a = look(&p, "/apply/review");

	ok(answer_status(a) == 200 && visit_has(a, "Nora") &&
		   visit_has(a, "28 February 1994") &&
		   visit_has(a, "Lindenweg 3") && visit_has(a, "Germany") &&
		   visit_has(a, "Employed") && visit_has(a, "Salary") &&
		   visit_has(a, "12 345 678 901") && visit_has(a, "North") &&
		   visit_has(a, "href=\"/apply/details\"") &&
		   visit_has(a, "Send the application") &&
		   !visit_has(a, "{{"),
	   "everything is shown once more, with ways to change it");
	fresh(b);
	leads(b, post(&p, "/kyc-session/submit", ""), "/apply/sent",
	      "it is sent");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'apply-sent'"),
	       1, "and a letter says so");
	leads(b, post(&p, "/kyc-session/submit", ""), "/apply/sent",
	      "sent again");
	is_int(bank_count(b, "SELECT count(*) AS n FROM outbox WHERE "
			     "template = 'apply-sent'"),
	       1, "it is sent once");
	db_rest(b->db);
	a = look(&p, "/apply/sent");
	ok(answer_status(a) == 200 && visit_has(a, newest(b).reference) &&
		   !visit_has(a, "{{"),
	   "its page says what happens now");
	leads(b, look(&p, "/apply/details"), "/apply/sent",
	      "nothing can be changed any more");
	leads(b, look(&p, "/apply/contact"), "/apply/branch?product=",
	      "who goes there begins another");
	leads(b, look(&p, "/apply/review"), "/apply/sent", "nor be reviewed");
	leads(b, post(&p, "/kyc-session/details", details_form_good),
	      "/apply/sent", "nor by a page that was left open");
	is_int(answer_status(post(&p, "/apply/contact",
				  "name=A&email=a%40b.example&"
				  "mobile=%2B4915100000000")),
	       409, "nor the contact");
}

static void
test_incomplete(struct bank *b)
{
	struct person p = known(b);
	const char *a = look(&p, "/apply/review");

	ok(answer_status(a) == 200 && visit_has(a, "still to do") &&
		   visit_has(a, "href=\"/apply/documents\"") &&
		   !visit_has(a, "Send the application"),
	   "what is missing is named before it can be sent");
	a = post(&p, "/kyc-session/submit", "");
	ok(answer_status(a) == 409 && visit_has(a, "Something is still") &&
		   visit_has(a, "href=\"/apply/identity\""),
	   "and by whoever sends it all the same");
	leads(b, look(&p, "/apply/sent"), "/apply/details",
	      "it was not sent");
}

static void
test_decided(struct bank *b)
{
	struct person p = ready(b);
	struct application a = newest(b);
	const char *page, *token = p.cookie;

	apply_do(b, apply_send, &a);
	apply_ask(b, &a, "documents identity");
	page = look(&p, "/apply/sent");
	ok(visit_has(page, "It cannot be read.") &&
		   visit_has(page, "href=\"/apply/documents\"") &&
		   !visit_has(page, "href=\"/apply/details\""),
	   "what the bank asks for is said");
	page = bank_ask_json(b, &kyc_app, "GET /kyc-session", token, NULL,
			     NULL);
	ok(visit_has(page, "\"asked\":[\"documents\",\"identity\"]") &&
		   strcmp(answer_text(b, page, "status"), "asked") == 0,
	   "to programs, too");
	leads(b, look(&p, "/apply"), "/apply/documents", "and led to");
	leads(b, look(&p, "/apply/details"), "/apply/documents",
	      "nothing else is open");
	leads(b, look(&p, "/apply/branch"), "/apply/documents",
	      "not even the choice");
	page = look(&p, "/apply/review");
	ok(visit_has(page, "href=\"/apply/documents\"") &&
		   !visit_has(page, "href=\"/apply/details\""),
	   "the last page knows that as well");
	apply_do(b, apply_documents, &a);
	apply_do(b, apply_identity, &a);
	leads(b, post(&p, "/kyc-session/submit", ""), "/apply/sent",
	      "then it is sent again");
	a = newest(b);
	a.account = b->anna_current;
	apply_decide(b, &a, "approved", b->anna);
	page = look(&p, "/apply/sent");
	ok(visit_has(page, "Welcome") && visit_has(page, ">C1<") &&
		   visit_has(page, "T000 0000 0001"),
	   "approved: with customer id and account");
	page = bank_ask_json(b, &kyc_app, "POST /kyc-session/submit", token,
			     "{}", NULL);
	ok(strcmp(answer_text(b, page, "status"), "approved") == 0 &&
		   strcmp(answer_text(b, page, "account_number"),
			  ANNA_CURRENT) == 0,
	   "as programs hear");
	p = ready(b);
	a = newest(b);
	apply_do(b, apply_send, &a);
	a.reason = "screening";
	apply_decide(b, &a, "declined", 0);
	page = look(&p, "/apply/sent");
	ok(visit_has(page, "cannot accept it") && !visit_has(page, "screening"),
	   "declined: without what is the bank's own");
	page = bank_ask_json(b, &kyc_app, "GET /kyc-session", p.cookie, NULL,
			     NULL);
	ok(strcmp(answer_text(b, page, "status"), "declined") == 0 &&
		   !visit_has(page, "screening"),
	   "for programs as well");
}

static void
test_asked_mobile(struct bank *b)
{
	struct person p = ready(b);
	struct application a = newest(b);
	const char *page;

	apply_do(b, apply_send, &a);
	apply_ask(b, &a, "mobile");
	page = look(&p, "/apply/contact");
	ok(visit_has(page, "name=\"mobile\"") &&
		   !visit_has(page, "name=\"email\""),
	   "who is asked for another number gives that");
	is_int(answer_status(post(&p, "/apply/contact",
				  "name=Nora+Neu&mobile=%2B4915100000000&"
				  "email=x%40new.example")),
	       409, "and no other mail");
	leads(b, post(&p, "/apply/contact",
		      "name=Nora+Neu&mobile=%2B4915100000000"),
	      "/apply/mobile", "only that");
}

static const char *
link_token(struct bank *b)
{
	struct message m;
	const char *link = "", *at;

	while (message_take(b->db, b->pool, CLOCK_DAY_MS, &m) == OK)
		if (strcmp(m.template, "apply-link") == 0)
			link = json_object_get_string(
				json_object_object_get(m.data, "link"));
	at = strstr(link, "token=");
	return at != NULL ? at + 6 : "";
}

static void
test_resume(struct bank *b)
{
	struct person p = known(b), other = {.bank = b};
	const char *token = link_token(b), *a, *path;

	is_int((int)strlen(token), 43, "a confirmed mail is sent a link");
	path = pool_printf(b->pool, "/apply/resume?token=%s", token);
	look(&other, path);
	a = look(&other, path);
	ok(answer_status(a) == 200 && visit_has(a, newest(b).reference) &&
		   !visit_has(a, "Nora"),
	   "whoever follows it sees a button, as often as they like");
	a = post(&other, "/apply/resume",
		 pool_printf(b->pool, "token=%s", token));
	leads(b, a, "/apply/details", "which opens the application there");
	other.cookie = cookie_of(b, a);
	is_int(answer_status(look(&other, "/apply/details")), 200,
	       "on the other device");
	is_int(answer_status(look(&p, "/apply/details")), 200,
	       "and on the first");
	a = post(&other, "/apply/resume",
		 pool_printf(b->pool, "token=%s", token));
	ok(answer_status(a) == 410 && visit_has(a, "Send me a link"),
	   "it is good once");
	a = look(&other, path);
	ok(answer_status(a) == 200 && visit_has(a, "was used or is too old"),
	   "as its page says");
	a = post(&other, "/apply/leave", "");
	leads(b, a, "/apply/resume?left=1", "it can be closed");
	leads(b, look(&other, "/apply/details"), "/apply/resume?idle=1",
	      "and is");
	other.cookie = NULL;
	a = look(&other, "/apply/resume?left=1");
	ok(visit_has(a, "is closed on this device"), "which is said");
	is_int(answer_status(post(&other, "/apply/resume", "token=")), 422,
	       "no token is none");
}

static const char *
ask_link(struct person *p, const char *form)
{
	return visit_mask(p->bank, post(p, "/apply/link", form), NULL);
}

static void
test_lost(struct bank *b)
{
	struct person p = known(b), other = {.bank = b};
	const char *a;

	fresh(b);
	a = ask_link(&other, "email=nora%40new.example&"
			     "mobile=%2B4915112345678");
	fresh(b);
	is_text(ask_link(&other, "email=nobody%40new.example&"
				 "mobile=%2B4915112345678"),
		a, "who asks for a link is answered the same whoever it is");
	ok(visit_has(a, "Location: /apply/resume?asked=1"), "to wait");
	a = look(&other, "/apply/resume?asked=1");
	ok(visit_has(a, "If there is such an application"), "and see");
	a = post(&other, "/apply/link", "email=x&mobile=y");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"email-why\"") &&
		   visit_has(a, "id=\"mobile-why\"") &&
		   visit_has(a, "value=\"x\""),
	   "what is wrong is said, the words kept");
	bank_set(b, "CAPTCHA", "auto");
	a = post(&other, "/apply/link",
		 "email=nora%40new.example&mobile=%2B4915112345678");
	ok(answer_status(a) == 422 && visit_has(a, "id=\"captcha\""),
	   "and machines are kept out");
	bank_set(b, "CAPTCHA", "off");
	(void)p;
}

/* Where somebody is reached who is a customer already, and where nobody is. */
static void
test_customers(struct bank *b)
{
	static const char form[] = "product_code=DAILY&branch_code=NORTH&"
				   "name=Nora+Neu&email=%s&mobile=%%2B%s";
	const char *const mails[] = {"someone%40bank.example",
				     "nobody%40bank.example"};
	const char *const mobiles[] = {"4917000000001", "4917000000009"};
	const char *answers[2], *pages[2];
	struct person p;
	int i;

	for (i = 0; i < 2; i++) {
		p = (struct person){.bank = b};
		fresh(b);
		answers[i] = post(&p, "/kyc-session",
				  pool_printf(b->pool, form, mails[i],
					      mobiles[i]));
		p.cookie = cookie_of(b, answers[i]);
		answers[i] = visit_mask(b, answers[i], p.cookie, NULL);
		pages[i] = look(&p, "/apply/mobile");
		pages[i] = visit_mask(b, pages[i], p.csrf, mobiles[i],
				      newest(b).reference, NULL);
	}
	is_text(answers[0], answers[1],
		"a customer's number and mail look like anybody's");
	is_text(pages[0], pages[1], "and so does the page for the code");
}

/* Everything that belongs to an application, asked by another's session. */
static void
test_others(struct bank *b)
{
	struct person p = ready(b), thief = known(b);
	struct application mine = newest(b);
	const char *a, *form;

	form = pool_printf(b->pool, "kyc_session_id=%s&id=%" PRId64
			   "&application=%" PRId64, "x", mine.id - 1,
			   mine.id - 1);
	a = post(&thief, "/kyc-session/submit", form);
	is_int(answer_status(a), 409,
	       "whatever a form names, a session opens its own application");
	leads(b, look(&p, "/apply"), "/apply/review",
	      "the other's stands as it stood");
	a = post(&(struct person){.bank = b, .cookie = p.cookie,
				  .csrf = thief.csrf},
		 "/kyc-session/submit", "");
	is_int(answer_status(a), 403, "another's form is none");
	a = post(&(struct person){.bank = b, .cookie = p.cookie},
		 "/kyc-session/submit", "");
	is_int(answer_status(a), 403, "nor is one without a token");
}

static void
test_expired(struct bank *b)
{
	struct person p = known(b);
	struct application a = newest(b);
	const char *page;

	bank_tamper(b, "UPDATE application SET state = 'expired' WHERE id = "
		       "(SELECT max(id) FROM application)");
	page = look(&p, "/apply/sent");
	ok(answer_status(page) == 200 && visit_has(page, "has expired"),
	   "an application that has expired says so");
	page = post(&p, "/kyc-session/submit", "");
	is_int(answer_status(page), 410, "and cannot be sent");
	(void)a;
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	test_choice(&b);
	test_begin(&b);
	test_begin_again(&b);
	test_program(&b);
	test_codes(&b);
	test_locked(&b);
	test_no_carrier(&b);
	test_details(&b);
	test_late(&b);
	test_young(&b);
	test_change(&b);
	test_review(&b);
	test_incomplete(&b);
	test_decided(&b);
	test_asked_mobile(&b);
	test_resume(&b);
	test_lost(&b);
	test_customers(&b);
	test_others(&b);
	test_expired(&b);
	bank_close(&b);
	return tap_done();
}
