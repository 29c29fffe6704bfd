/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mail.c: hands a letter to the mail server. */
#include <string.h>

#include "daemons/courier/courier.h"
#include "daemons/courier/net.h"
#include "lib/log.h"
#include "lib/settings.h"

static CURL *curl;

#define SET(option, value) NET_SET(curl, option, value)

/* Takes the server's address apart and puts the name we greet it with into
 * its path, if there is none: the domain we send from. */
static const char *
server_read(CURLU *u, bool *starttls)
{
	const struct settings *s = settings();
	char *scheme = NULL, *host = NULL, *path = NULL;
	const char *why = NULL;

	if (curl_url_set(u, CURLUPART_URL, s->SMTP_URL, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK ||
	    (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0)) {
		why = "SMTP_URL is no address of a mail server";
	} else {
		*starttls = strcmp(scheme, "smtp") == 0 && s->SMTP_TLS;
		if (strcmp(scheme, "smtp") == 0 && !*starttls &&
		    !net_loopback(host))
			why = "without TLS only a loopback mail server is used";
		else if (strcmp(path, "/") == 0)
			curl_url_set(u, CURLUPART_PATH,
				     strchr(s->CLICKNET_SENDER_EMAIL, '@') + 1,
				     0);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(path);
	return why;
}

/* Sets where to and how; NULL, or why it cannot be. */
static const char *
server_set(void)
{
	const char *why = NULL;
	bool starttls = false;
	char *address = NULL;
	CURLU *u = curl_url();

	if (u == NULL)
		log_bug("out of memory");
	if ((why = server_read(u, &starttls)) == NULL) {
		if (curl_url_get(u, CURLUPART_URL, &address, 0) != CURLUE_OK)
			log_bug("out of memory");
		SET(CURLOPT_URL, address);
		SET(CURLOPT_USE_SSL, (long)(starttls ? CURLUSESSL_ALL
						     : CURLUSESSL_NONE));
		curl_free(address);
	}
	curl_url_cleanup(u);
	return why;
}

static void
login_set(void)
{
	const struct settings *s = settings();

	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	if (*s->SMTP_USER != '\0') {
		SET(CURLOPT_USERNAME, s->SMTP_USER);
		SET(CURLOPT_PASSWORD, s->SMTP_PASSWORD);
	}
}

static struct curl_slist *
list_add(struct curl_slist *list, const char *line)
{
	list = curl_slist_append(list, line);
	if (list == NULL)
		log_bug("out of memory");
	return list;
}

/* libcurl adds the boundary to the type of the whole. */
static struct curl_slist *
headers(struct pool *pool, const struct mail *m)
{
	const struct settings *s = settings();
	const char *sender = s->CLICKNET_SENDER_EMAIL;
	struct curl_slist *l;

	l = list_add(NULL, pool_printf(pool, "Date: %s",
				       header_date(pool, m->written_at)));
	l = list_add(l, pool_printf(pool, "From: %s\r\n <%s>",
				    header_phrase(pool, s->BANK_NAME),
				    sender));
	l = list_add(l, pool_printf(pool, "To: %s", m->to));
	l = list_add(l, pool_printf(pool, "Subject: %s",
				    header_subject(pool, m->letter.subject)));
	l = list_add(l, pool_printf(pool, "Message-ID: <%s%s>", m->id,
				    strchr(sender, '@')));
	l = list_add(l, "Auto-Submitted: auto-generated");
	return list_add(l, "Content-Type: multipart/alternative");
}

/* Lines of a mail end in CRLF. */
static void
part_add(struct pool *pool, curl_mime *mime, const char *text,
	 const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);
	struct buf lines = {.pool = pool};
	const char *end;

	for (; (end = strchr(text, '\n')) != NULL; text = end + 1) {
		buf_put(&lines, text, (size_t)(end - text));
		buf_puts(&lines, "\r\n");
	}
	buf_puts(&lines, text);
	if (part == NULL ||
	    curl_mime_data(part, lines.data, lines.len) != CURLE_OK ||
	    curl_mime_type(part, type) != CURLE_OK ||
	    curl_mime_encoder(part, "quoted-printable") != CURLE_OK)
		log_bug("out of memory");
}

/* A login that is refused, a certificate that does not fit, TLS the server
 * does not offer: the message is good, the operator must mend the way. What
 * the server said is not told further: it may name the person. */
static enum send_end
verdict(struct pool *pool, CURLcode rc, const char **why)
{
	curl_off_t sent = 0;
	long code = 0;
	bool refused;

	if (rc == CURLE_OK)
		return SEND_DONE;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &sent);
	*why = pool_printf(pool, "%s (%d, reply %ld)", curl_easy_strerror(rc),
			   (int)rc, code);
	if (rc == CURLE_LOGIN_DENIED || rc == CURLE_USE_SSL_FAILED ||
	    rc == CURLE_PEER_FAILED_VERIFICATION ||
	    rc == CURLE_SSL_CONNECT_ERROR || rc == CURLE_SSL_CACERT_BADFILE ||
	    code == 530 || code == 534 || code == 535 || code == 538)
		return SEND_MEND;
	/* A no to the sender, the recipient or the letter; a no to us before
	 * that says nothing about the message. */
	refused = rc == CURLE_SEND_ERROR ||
		  (rc == CURLE_WEIRD_SERVER_REPLY && sent > 0);
	return refused && code >= 500 && code <= 599 ? SEND_NEVER : SEND_LATER;
}

static CURLcode
perform(struct pool *pool, const struct mail *m)
{
	const char *sender = settings()->CLICKNET_SENDER_EMAIL;
	struct curl_slist *head = headers(pool, m);
	struct curl_slist *to = list_add(NULL,
		pool_printf(pool, "<%s>", m->to));
	curl_mime *mime = curl_mime_init(curl);
	CURLcode rc;

	if (mime == NULL)
		log_bug("out of memory");
	part_add(pool, mime, m->letter.text, "text/plain; charset=utf-8");
	part_add(pool, mime, m->letter.html, "text/html; charset=utf-8");
	SET(CURLOPT_MAIL_FROM, pool_printf(pool, "<%s>", sender));
	SET(CURLOPT_MAIL_RCPT, to);
	SET(CURLOPT_HTTPHEADER, head);
	SET(CURLOPT_MIMEPOST, mime);
	rc = curl_easy_perform(curl);
	SET(CURLOPT_MIMEPOST, NULL);
	curl_mime_free(mime);
	curl_slist_free_all(head);
	curl_slist_free_all(to);
	return rc;
}

enum send_end
mail_send(struct pool *pool, const struct mail *m, const char **why)
{
	const struct settings *s = settings();

	if (*s->SMTP_URL == '\0') {
		*why = "no mail server is configured";
		return SEND_MEND;
	}
	if (!header_address(s->CLICKNET_SENDER_EMAIL) ||
	    !header_safe(s->BANK_NAME)) {
		*why = "CLICKNET_SENDER_EMAIL is no address to send from";
		return SEND_MEND;
	}
	if (!header_address(m->to) || !header_safe(m->letter.subject)) {
		*why = "the address or the subject is not fit for a mail";
		return SEND_NEVER;
	}
	curl = net_fresh(s->SMTP_TIMEOUT_SECONDS);
	if ((*why = server_set()) != NULL)
		return SEND_MEND;
	login_set();
	return verdict(pool, perform(pool, m), why);
}
