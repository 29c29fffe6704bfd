/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* letter.c: tests of letters: their text, their subject, their headers. */
#include "daemons/courier/courier.h"

#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/page.h"
#include "lib/settings.h"
#include "t/tap.h"

static struct pool *pool;

static char *
text(const char *html)
{
	return plain_text(pool, html, strlen(html));
}

static void
text_of_html(void)
{
	is_text(text("<p>one</p><p>two</p>"), "one\n\ntwo\n",
		"paragraphs have an empty line between them");
	is_text(text(" <div>\n a \t b </div><div>c<br>d</div> "),
		"a b\nc\nd\n", "white space is one blank, a division a line");
	is_text(text("<b>12</b>34 <i>56</i>"), "1234 56\n",
		"inline elements end no word");
	is_text(text("<ul><li>a<li>b</ul>c"), "- a\n- b\n\nc\n",
		"a list has hyphens");
	is_text(text("<table><tr><th>To:</th><td>Ada</td></tr>"
		     "<tr><td>x<td>y</table>"), "To: Ada\nx y\n",
		"a row of a table is a line");
	is_text(text("<!DOCTYPE html><head><title>T</title><style>p > a {}"
		     "</style></head><body>x<!-- a > b -->y<script>1<2"
		     "</script></body>"), "xy\n",
		"head, style, script and comments are not in the text");
	is_text(text(""), "", "nothing has no line");
	is_text(text("<p> </p><p></p>"), "", "empty paragraphs have none");
}

static void
text_of_links(void)
{
	is_text(text("<a href=\"https://b.example/?a=1&amp;b=2\">Look "
		     "here</a>!"),
		"Look here (https://b.example/?a=1&b=2)!\n",
		"a link shows its address");
	is_text(text("<a class='x>y' href='https://b.example'>https://"
		     "b.example</a>"), "https://b.example\n",
		"a link that is its address shows it once");
	is_text(text("<a href=mailto:a@b.example>a@b.example</a>"),
		"a@b.example\n", "so does an address of mail");
	is_text(text("<a href=#top>up</a> <a>x</a></a>"), "up x\n",
		"a link within the letter shows none");
}

static void
text_of_entities(void)
{
	is_text(text("&lt;b&gt; &amp;amp; &quot;&#39;&apos; &#x20AC;&#228;"),
		"<b> &amp; \"'' €ä\n", "entities are read once");
	is_text(text("a & b &nope; &#; &#xg; &"), "a & b &nope; &#; &#xg; &\n",
		"what is no entity stays");
	is_text(text("&#0;&#xd800;&#x110000;&#9999999;"),
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n",
		"what is no character is shown so");
	is_text(text("1 < 2 <> <"), "1 < 2 <> <\n",
		"a sign that begins no tag stays");
	is_text(text("<p class=\"never ends"), "", "a tag may lack its end");
}

static long
longest_line(const char *s)
{
	long most = 0, n = 0;

	for (; *s != '\0'; s++) {
		if ((*s & 0xc0) != 0x80)
			n = *s == '\n' ? 0 : n + 1;
		most = n > most ? n : most;
	}
	return most;
}

static void
text_is_wrapped(void)
{
	struct buf b = {.pool = pool};
	char *s;
	int i;

	for (i = 0; i < 60; i++)
		buf_puts(&b, "Überweisung ");
	s = text(b.data);
	is_int(longest_line(s), 71, "lines are wrapped by characters");
	s = text("aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff "
		 "ggggggg 1&nbsp;234.50&nbsp;EUR");
	ok(strstr(s, "\n1 234.50 EUR\n") != NULL,
	   "an amount is not broken and has plain blanks");
	b.len = 0;
	for (i = 0; i < 200; i++)
		buf_putc(&b, 'x');
	is_int(longest_line(text(b.data)), 200, "a long word stays whole");
	is_text(plain_line(pool, " a<br>b<p>c ", 12), "a b c",
		"one line stays one line");
}

static void
addresses(void)
{
	static const char *const bad[] = {
		"", "a", "@b", "a@", "a b@c", "a@b c", "a@b\r\nBcc: c@d",
		"a\n@b", "<a@b>", "a@b>", "a@b@c", "a@b,c@d", "a@[127.0.0.1]",
		"\"a\"@b", "ä@b", "a@ä", "a@b\x7f", NULL,
	};
	char longest[300] = "a@";
	int i;

	ok(header_address("ada.o'neil+bank@mail.example.org"),
	   "an address is an address");
	for (i = 0; bad[i] != NULL; i++)
		ok(!header_address(bad[i]), "bad address %d is refused", i);
	memset(longest + 2, 'b', sizeof longest - 3);
	ok(!header_address(longest), "an address without measure is refused");
	ok(header_safe("Grüße, Ada") && !header_safe("a\nb") &&
	   !header_safe("a\rb") && !header_safe("a\tb"),
	   "a header holds no control character");
}

static void
headers_encoded(void)
{
	char *s = header_subject(pool, "Prüfung über 1.234,50 EUR an Łukasz "
				 "Żółć-Größenwahn und Söhne in Köln 😀");
	char *line, *at;
	bool good = true;

	is_text(header_subject(pool, "Your code"), "Your code",
		"a plain subject stays");
	is_text(header_subject(pool, "ä"), "=?utf-8?B?w6Q=?=",
		"another is encoded");
	is_text(header_subject(pool, "=?x?"), "=?utf-8?B?PT94Pw==?=",
		"and so is what looks encoded");
	for (line = s; (at = strstr(line, "\r\n ")) != NULL; line = at + 3)
		good = good && at - line <= 75;
	ok(good && line != s && strlen(line) <= 75,
	   "a long subject is several words of at most 75");
	is_text(header_phrase(pool, "Bank, the"), "\"Bank, the\"",
		"a name is quoted");
	is_text(header_phrase(pool, "a\"b"), "=?utf-8?B?YSJi?=",
		"a name with a quote is encoded");
	is_text(header_date(pool, 1795332600000),
		"Sun, 22 Nov 2026 07:30:00 +0000", "a date is in UTC");
}

static struct message
message(const char *template, const char *language, const char *data)
{
	struct message m = {.channel = "email", .template = template,
			    .language = language};

	m.data = pool_json(pool, json_tokener_parse(data));
	return m;
}

static bool
has(const char *all, const char *part)
{
	if (strstr(all, part) != NULL)
		return true;
	printf("# no [%s] in\n# %s\n", part, all);
	return false;
}

#define ORDER "{\"name\":\"Ada & Söhne\",\"code\":\"123456\",\"bank\":"      \
	"\"ClickNet\",\"amount\":\"1250.00\",\"currency\":\"EUR\","          \
	"\"payee_name\":\"Jörg <Müller>\","                                  \
	"\"to\":\"DE02120300000000202051\","                                 \
	"\"from_title\":\"Current\",\"expires_minutes\":5}"

static void
letters(void)
{
	struct message m = message("code-transfer", "en", ORDER);
	struct letter l;

	is_int(letter_write(pool, &m, &l), OK, "a letter is written");
	is_text(l.subject,
		"Your code to pay 1,250.00 EUR to Jörg <Müller>",
		"the subject is the title, amount and payee in it");
	ok(strncmp(l.text, "Pay 1,250.00 EUR to Jörg <Müller>?\n", 37) == 0,
	   "the text begins with what the code confirms");
	ok(has(l.text, "\n\n123456\n\n"), "the code stands alone");
	ok(has(l.text, "Payee's account: DE02 1203 0000 0000 2020 51\n") &&
	   has(l.text, "Amount: 1,250.00 EUR\n"),
	   "amount and account are named");
	ok(has(l.html, "J\xc3\xb6rg &lt;M\xc3\xbcller&gt;"),
	   "a name is escaped in the HTML");
	ok(has(l.html, "<html lang=\"en\">"), "the HTML names its language");
	m = message("code-transfer", "de", ORDER);
	is_int(letter_write(pool, &m, &l), OK, "a German letter is written");
	is_text(l.subject, "Ihr Code für 1.250,00 EUR an Jörg <Müller>",
		"its subject is German");
	ok(has(l.text, "Betrag: 1.250,00 EUR\n"), "its amount too");
	m = message("code-login", "en", "{\"name\":\"Ada\",\"code\":\"424242\","
		    "\"expires_minutes\":5,\"device\":\"Firefox\","
		    "\"address\":\"192.0.2.7\"}");
	is_int(letter_write(pool, &m, &l), OK, "a sign-in code is written");
	is_text(l.subject, "Your code to sign in to ClickNet",
		"the bank is named without being told");
	ok(has(l.text, "\n\n424242\n\n") && has(l.text, "Device: Firefox\n") &&
	   has(l.text, "Address: 192.0.2.7\n"),
	   "it says the code and from where it was asked for");
	m = message("locked", "en", "{\"bank\":\"ClickNet\",\"at\":"
		    "\"2026-11-22T07:30:00Z\",\"address\":\"192.0.2.7\"}");
	is_int(letter_write(pool, &m, &l), OK, "a locked sign-in is told");
	ok(has(l.text, "When: 22 November 2026, 07:30\n"), "and since when");
	is_text(l.line, "", "a letter needs no short form");
	m = message("../../etc/passwd", "en", "{}");
	ok(letter_write(pool, &m, &l) != OK, "no other file is a letter");
}

static const char *
line(const char *template, const char *language, const char *data)
{
	struct message m = message(template, language, data);
	struct letter l;

	m.channel = "sms";
	is_int(letter_write(pool, &m, &l), OK, "a text message is written");
	return l.line;
}

static void
lines(void)
{
	is_text(line("code-transfer", "en", ORDER),
		"123456: Your code to pay 1,250.00 EUR to Jörg <Müller>. "
		"Valid for 5 minutes; tell it to nobody.",
		"one line names the code and what it confirms");
	is_text(line("code-transfer", "de", ORDER),
		"123456: Ihr Code für 1.250,00 EUR an Jörg <Müller>. "
		"5 Minuten gültig; sagen Sie ihn niemandem.",
		"in the person's language");
	is_text(line("code-login", "en", "{\"code\":\"424242\","
		     "\"expires_minutes\":5,\"bank\":\"A & B\"}"),
		"424242: Your code to sign in to A & B. "
		"Valid for 5 minutes; tell it to nobody.",
		"a sign-in too");
	is_text(line("locked", "en", "{}"),
		"ClickNet: Your sign-in to ClickNet is locked.",
		"what has no code says what it is");
}

int
main(void)
{
	char conf[] = "/tmp/clicknet-letter-XXXXXX";
	const char *why = "", *src = getenv("CLICKNET_SRC");
	int fd = mkstemp(conf);

	pool = pool_new();
	close(fd);
	if (settings_start(pool, conf, &why) != OK)
		printf("# %s\n", why);
	unlink(conf);
	page_start(pool_printf(pool, "%s/share", src == NULL ? "." : src));
	text_of_html();
	text_of_links();
	text_of_entities();
	text_is_wrapped();
	addresses();
	headers_encoded();
	letters();
	lines();
	pool_free(pool);
	return tap_done();
}
