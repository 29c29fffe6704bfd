/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* document_pages.c: tests of the page documents are sent on, and of what a
 * program sends and sees. */
#include <stdlib.h>

#include "bank/document.h"
#include "lib/app.h"
#include "t/lib/apply.h"
#include "t/lib/fault.h"
#include "t/lib/paint.h"
#include "t/lib/visit.h"
#include "t/tap.h"

extern const struct app kyc_app;

/* An applicant in a browser or (json) a program, and the last answer. */
struct person {
	struct bank *bank;
	struct application a;
	const char *token, *csrf, *language;
	bool json;
	char *answer;
	size_t len;
};

static struct person
person_new(struct bank *b, bool json)
{
	struct person p = {.bank = b,
			   .a = apply_begin(b),
			   .json = json,
			   .csrf = "",
			   .language = "en"};

	apply_do(b, apply_mobile, &p.a);
	apply_do(b, apply_email, &p.a);
	p.token = apply_session(b, &p.a);
	return p;
}

/* A request in memory of its own, as a thread of the program has it. */
static int
call(struct person *p, const char *method, const char *path, const char *type,
     const struct buf *body)
{
	struct pool *pool = pool_new();
	struct buf out = {.pool = p->bank->pool};
	char *env[] = {
		pool_printf(pool, "REQUEST_METHOD=%s", method),
		pool_printf(pool, "REQUEST_URI=%s", path),
		pool_printf(pool, "SCRIPT_NAME=%.*s", (int)strcspn(path, "?"),
			    path),
		pool_printf(pool, "QUERY_STRING=%s",
			    strchr(path, '?') != NULL ? strchr(path, '?') + 1
						      : ""),
		pool_printf(pool, "CONTENT_LENGTH=%zu",
			    body != NULL ? body->len : 0),
		pool_printf(pool, "CONTENT_TYPE=%s", type),
		pool_printf(pool, "HTTP_ACCEPT=%s",
			    p->json ? "application/json" : "text/html"),
		pool_printf(pool, "HTTP_ACCEPT_LANGUAGE=%s", p->language),
		pool_printf(pool,
			    p->json ? "HTTP_AUTHORIZATION=Bearer %s"
				    : "HTTP_COOKIE=clicknet-kyc=%s",
			    p->token),
		pool_printf(pool, "HTTP_X_CSRF_TOKEN=%s", p->csrf),
		pool_strdup(pool, "HTTP_HOST=127.0.0.1"),
		pool_strdup(pool, "REMOTE_ADDR=192.0.2.7"),
		NULL};

	app_call(&kyc_app, p->bank->store, env,
		 body != NULL ? body->data : NULL, body != NULL ? body->len : 0,
		 &out);
	p->answer = out.data;
	p->len = out.len;
	pool_free(pool);
	return answer_status(p->answer);
}

static int
get(struct person *p, const char *path)
{
	static const char field[] = "name=\"csrf\" value=\"";
	int status = call(p, "GET", path, "", NULL);
	const char *at = strstr(p->answer, field);

	if (at != NULL)
		p->csrf = pool_strndup(p->bank->pool, at + strlen(field),
				       strcspn(at + strlen(field), "\""));
	return status;
}

/* Fields "name=value&name=value", and a file unless ${data} is NULL. */
static int
send(struct person *p, const char *fields, const char *data, size_t len)
{
	struct buf b = {.pool = p->bank->pool};
	size_t n;

	for (; *fields != '\0'; fields += n + (fields[n] == '&')) {
		size_t name = strcspn(fields, "=");

		n = strcspn(fields, "&");
		buf_printf(&b,
			   "--x\r\nContent-Disposition: form-data; "
			   "name=\"%.*s\"\r\n\r\n%.*s\r\n",
			   (int)name, fields, (int)(n - name - 1),
			   fields + name + 1);
	}
	if (data != NULL) {
		buf_puts(&b, "--x\r\nContent-Disposition: form-data; "
			     "name=\"data\"; filename=\"a.jpg\"\r\n"
			     "Content-Type: image/jpeg\r\n\r\n");
		buf_put(&b, data, len);
		buf_puts(&b, "\r\n");
	}
	buf_puts(&b, "--x--\r\n");
	return call(p, "POST", "/kyc-session/documents",
		    "multipart/form-data; boundary=x", &b);
}

static bool
says(const struct person *p, const char *words)
{
	return memmem(p->answer, p->len, words, strlen(words)) != NULL;
}

static struct painted
photo(struct bank *b)
{
	return paint_jpeg(b->pool, (struct paint){.width = 90, .height = 60});
}

static void
test_page(struct bank *b)
{
	struct person p = person_new(b, false);
	struct painted j = photo(b);

	is_int(get(&p, "/apply/documents"), 200, "there is a page");
	ok(says(&p, "The page of your passport") &&
		   says(&p, "capture=\"environment\"") &&
		   says(&p, "capture=\"user\"") &&
		   says(&p, "accept=\"image/jpeg,image/png,image/webp\"") &&
		   says(&p, "enctype=\"multipart/form-data\""),
	   "which asks for a passport and a face");
	get(&p, "/apply/documents?paper=id_card");
	ok(says(&p, "The front") && says(&p, "The back"),
	   "or for both sides of a card");
	get(&p, "/apply/documents?paper=selfie");
	ok(says(&p, "The page of your passport"), "or for what it knows");
	is_int(send(&p, "kind=id_card&side=front&paper=id_card", j.data, j.len),
	       303, "a photo is sent");
	is_text(answer_header(b, p.answer, "Location"),
		"/apply/documents?paper=id_card", "and the page goes on");
	get(&p, "/apply/documents");
	ok(says(&p, "<img class=\"shot\"") && says(&p, "The back"),
	   "with what is there");
	is_int(send(&p, "kind=selfie&side=&paper=id_card", j.data, j.len), 303,
	       "one of oneself too");
	is_int(send(&p, "kind=id_card&side=back", j.data, j.len), 303,
	       "and the back");
	is_text(answer_header(b, p.answer, "Location"),
		"/apply/documents?paper=id_card", "of the same card");
	get(&p, "/apply/documents");
	ok(says(&p, "Everything we need is there."), "then all is there");
	is_int(get(&p, "/kyc-session/documents"), 303,
	       "the list is a page for people");
}

static void
test_page_refused(struct bank *b)
{
	struct person p = person_new(b, false);
	uint64_t before;

	get(&p, "/apply/documents");
	before = fault_digest_but(b, " application_session rate ");
	is_int(send(&p, "kind=passport&side=front", "%PDF-1.7\n", 9), 422,
	       "a PDF is refused");
	ok(says(&p, "id=\"why-passport-front\">This is a PDF") &&
		   says(&p, "href=\"#file-passport-front\"") &&
		   !says(&p, "id=\"why-selfie\""),
	   "where it was sent");
	is_int(send(&p, "kind=selfie&side=", "", 0), 422,
	       "nothing chosen is said");
	ok(says(&p, "Please choose a photo."), "in a sentence");
	is_int(send(&p, "kind=selfie&side=front", "x", 1), 422,
	       "what is not asked for is refused");
	is_int(send(&p, "side=front", "x", 1), 422, "so is what says nothing");
	p.language = "de";
	send(&p, "kind=passport&side=front", "GIF89a..", 8);
	ok(says(&p, "Das ist ein GIF-Bild."), "in the person's language");
	p.csrf = "";
	is_int(send(&p, "kind=passport&side=front", "x", 1), 403,
	       "another's page sends nothing");
	ok(fault_digest_but(b, " application_session rate ") == before,
	   "nothing is kept of any");
	db_rest(b->db);
	p.token = "none";
	is_int(get(&p, "/apply/documents"), 303,
	       "who has no application is led to the products");
	is_int(send(&p, "kind=selfie&side=", "x", 1), 303, "sending too");
}

static void
test_program(struct bank *b)
{
	struct person p = person_new(b, true);
	struct painted j = photo(b);
	const char *at;

	is_int(send(&p, "kind=selfie", j.data, j.len), 201,
	       "a program sends a photo");
	ok(says(&p, "\"document\":{\"document_id\":") &&
		   says(&p, "\"width\":90") && says(&p, "\"steps\":["),
	   "and sees what became of it");
	at = answer_header(b, p.answer, "Location");
	is_int(get(&p, at), 200, "where it is said to be");
	is_text(answer_header(b, p.answer, "Content-Type"), "image/jpeg",
		"is a picture");
	is_text(answer_header(b, p.answer, "Cache-Control"), "no-store",
		"that nobody keeps");
	is_int(get(&p, "/kyc-session/documents/nothing"), 404,
	       "what is no id is nothing");
	is_int(call(&p, "DELETE", at, "", NULL), 404,
	       "a document is not given up");
	p.token = apply_session(b, &(struct application){.id = 1});
	is_int(get(&p, at), 404, "it is nobody else's");
	p.token = "none";
	is_int(get(&p, at), 401, "nor anybody's");
	is_int(get(&p, "/kyc-session/documents"), 401, "nor is the list");
	is_int(call(&p, "DELETE", at, "", NULL), 401, "nor to be given up");
}

static void
test_parts(struct bank *b)
{
	struct person p = person_new(b, true);
	struct painted j = photo(b);
	size_t half = j.len / 2;
	const char *fields = pool_printf(
		b->pool,
		"kind=passport&side=front&size=%zu&chunks=2&chunk=", j.len);
	const char *first = pool_printf(b->pool, "%s0", fields);
	const char *second = pool_printf(b->pool, "%s1", fields);
	char id[40] = "";

	is_int(send(&p, "kind=passport&side=front&last=true", NULL, 0), 404,
	       "what never began does not end");
	is_int(send(&p, second, j.data + half, j.len - half), 202,
	       "a part is sent");
	ok(says(&p, "\"missing\":[0]"), "the other is missing");
	is_int(send(&p, "kind=passport&side=front&last=true", NULL, 0), 409,
	       "an end without it");
	ok(says(&p, "These parts of the file are missing: 0.") &&
		   says(&p, "\"missing\":[0]"),
	   "is told so");
	is_int(send(&p, first, NULL, 0), 422, "a part without its bytes");
	is_int(get(&p, "/kyc-session/documents"), 200, "the list");
	ok(says(&p, "\"documents\":[]") && says(&p, "\"bytes\":") &&
		   says(&p, "\"complete\":false"),
	   "shows what is on its way");
	sscanf(strstr(p.answer, "upload_id\":\"") + 12, "%36s", id);
	is_int(call(&p, "DELETE",
		    pool_printf(b->pool, "/kyc-session/documents/%s", id), "",
		    NULL),
	       204, "which can be given up");
	is_int(call(&p, "DELETE",
		    pool_printf(b->pool, "/kyc-session/documents/%s", id), "",
		    NULL),
	       404, "once");
	is_int(call(&p, "DELETE", "/kyc-session/documents/x", "", NULL), 404,
	       "and only that");
	send(&p, second, j.data + half, j.len - half);
	is_int(send(&p, second, j.data, j.len - half), 409,
	       "another part in its place is refused");
	is_int(send(&p, first, j.data, half), 201,
	       "with the first it is a document");
	is_int(send(&p,
		    "kind=passport&side=front&size=5000001&chunks=51&"
		    "chunk=0",
		    j.data, half),
	       413, "a file too large is seen at its first part");
}

static void
test_time(struct bank *b)
{
	struct person p = person_new(b, true), page;
	struct painted j = photo(b);

	p.a = apply_ready(b);
	p.token = apply_session(b, &p.a);
	page = p;
	page.json = false;
	apply_do(b, apply_send, &p.a);
	is_int(send(&p, "kind=selfie", j.data, j.len), 409,
	       "what is sent is not changed");
	ok(says(&p, "Documents cannot be changed now."), "which is said");
	is_int(get(&page, "/apply/documents"), 303,
	       "the page leads to where it stands");
}

static enum err
look(struct bank *b, struct pool *pool, void *arg)
{
	struct person *p = arg;
	int status = get(p, "/kyc-session/documents");

	(void)b;
	(void)pool;
	return status == 200 ? OK : ERR_BUSY;
}

static enum err
look_page(struct bank *b, struct pool *pool, void *arg)
{
	struct person *p = arg;
	int status = get(p, "/apply/documents");

	(void)b;
	(void)pool;
	return status == 200 ? OK : ERR_BUSY;
}

struct asking {
	struct person *p;
	const char *method, *path, *fields;
	struct painted file;
	int status;
};

static enum err
ask_again(struct bank *b, struct pool *pool, void *arg)
{
	const struct asking *x = arg;
	int status = x->fields != NULL ? send(x->p, x->fields, x->file.data,
					      x->file.len)
				       : call(x->p, x->method, x->path, "",
					      NULL);

	(void)b;
	(void)pool;
	return status == x->status ? OK : ERR_BUSY;
}

static void
test_more_faults(struct bank *b)
{
	struct person p = person_new(b, true), q = person_new(b, false);
	struct asking x = {.p = &q, .fields = "kind=selfie", .status = 303,
			   .file = photo(b)};

	get(&q, "/apply/documents");
	fault_loop(b, "sending", ask_again, &x, OK);
	x.p = &p;
	is_int(send(&p, "kind=selfie", x.file.data, x.file.len), 201,
	       "a program sends one, too");
	x.path = pool_strdup(b->pool, answer_header(b, p.answer, "Location"));
	x.fields = NULL;
	x.method = "GET";
	x.status = 200;
	fault_loop(b, "looking", ask_again, &x, OK);
	send(&p, "kind=passport&side=front&size=900&chunks=2&chunk=1", "x", 1);
	x.path = pool_printf(b->pool, "/kyc-session/documents/%.36s",
			     strstr(p.answer, "upload_id\":\"") + 12);
	x.method = "DELETE";
	x.status = 204;
	fault_loop(b, "giving up", ask_again, &x, OK);
	x.fields = "kind=passport&side=front&size=900&chunks=2&chunk=1";
	x.file = paint_cut(x.file, 1);
	x.status = 202;
	fault_loop(b, "a part", ask_again, &x, OK);
}

static void
test_faults(struct bank *b)
{
	struct person p = person_new(b, true), page = person_new(b, false);
	struct painted j = photo(b);

	send(&p, "kind=selfie", j.data, j.len);
	fault_loop(b, "the list", look, &p, OK);
	fault_loop(b, "the page", look_page, &page, OK);
}

int
main(void)
{
	struct bank b;

	bank_open(&b);
	apply_bank(&b);
	apply_begin(&b);
	test_page(&b);
	test_page_refused(&b);
	test_program(&b);
	test_parts(&b);
	test_time(&b);
	test_faults(&b);
	test_more_faults(&b);
	bank_close(&b);
	return tap_done();
}
