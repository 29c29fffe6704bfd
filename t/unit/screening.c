/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* screening.c: tests of finding listed people among ten thousand, however
 * their names are written, and of leaving everybody else alone. */
#include "bank/screening.h"

#include <stdlib.h>

#include "bank/screening_impl.h"
#include "lib/clock.h"
#include "t/lib/apply.h"
#include "t/lib/bank.h"
#include "t/tap.h"

enum { ENTRIES = 10000, QUERIES_MAX = 1000 };

static uint32_t seed = 7;

static int
any(int n)
{
	seed = seed * 1664525u + 1013904223u;
	return (int)((seed >> 8) % (uint32_t)n);
}
#define ONE_OF(list) (list)[any((int)(sizeof(list) / sizeof *(list)))]

/* Names as lists are full of them: few given names, many bearers. */
static const char *const givens[] = {
	"Ahmad", "Ali", "Aleksandr", "Abdul", "Amir", "Andrei", "Boris",
	"Carlos", "Chol", "Dmitri", "Fatima", "Farid", "Hassan", "Hussein",
	"Ibrahim", "Igor", "Ismail", "Ivan", "Jamal", "Jorge", "Jose", "Juan",
	"Karim", "Khalid", "Kyong", "Leila", "Luis", "Mahmoud", "Maria",
	"Mehdi", "Miguel", "Mikhail", "Mohammad", "Mustafa", "Nikolai",
	"Oleg", "Omar", "Pedro", "Rashid", "Reza", "Said", "Saleh", "Samir",
	"Sergei", "Song", "Tariq", "Umar", "Viktor", "Vladimir", "Yong",
	"Yusuf", "Zahra", "Zoran"};
static const char *const families[] = {
	"Abbas", "Abdallah", "Akbari", "Aliyev", "Aziz", "Bakr", "Bogdanov",
	"Castro", "Chen", "Diaz", "Fernandez", "Garcia", "Ghafari", "Gomez",
	"Habibi", "Haddad", "Hamidi", "Haqqani", "Hashemi", "Ivanov", "Jafari",
	"Karimov", "Khalil", "Khan", "Kim", "Kuznetsov", "Lopez", "Mahdavi",
	"Mansour", "Martinez", "Medvedev", "Morozov", "Mousavi", "Nasser",
	"Novak", "Orlov", "Pak", "Petrov", "Popov", "Qasim", "Rahimi",
	"Ramirez", "Rezaei", "Rodriguez", "Romanov", "Saleh", "Sanchez",
	"Shah", "Sharif", "Smirnov", "Sokolov", "Taheri", "Torres", "Volkov",
	"Wali", "Yusufzai", "Zaitsev", "Zhang"};
static const char *const syllables[] = {
	"ba", "ko", "ri", "mel", "dan", "sho", "vi", "tar", "lu", "gor", "en",
	"zi", "fa", "nur", "tes", "pol", "ha", "mir", "os", "ka"};

static const char *
name_make(struct pool *pool)
{
	struct buf b = {.pool = pool};
	int i, n = 2 + any(2);

	buf_printf(&b, "%s ", ONE_OF(givens));
	if (any(3) == 0)
		buf_printf(&b, "%s ", ONE_OF(givens));
	if (any(2) == 0) {
		buf_puts(&b, ONE_OF(families));
		return b.data;
	}
	for (i = 0; i < n; i++)
		buf_puts(&b, ONE_OF(syllables));
	return b.data;
}

/* The people of the labelled set, who do not exist. */
static const struct {
	const char *name, *birth, *country;
} people[] = {
	{"Vladislav Igorevich Shcherbatov", "1961-04-09", "RU"},
	{"Yevgeny Zhukovskiy", "1958-12-30", "RU"},
	{"Mykhailo Oleksandrovych Tkachuk", "1970-07-07", "UA"},
	{"Mohammed Abdulrahman al-Rashidi", "1966-03-05", "SY"},
	{"Abu Yusuf Hamza al-Masri", "1972", "EG"},
	{"Ghulam Muhammad Qureshi", "1955/1957", "AF"},
	{"Jürgen Groß-Hoffmüller", "1949-10-10", "DE"},
	{"Sörensen Øystein Bjørnson", "1963-02-17", "NO"},
	{"José María Etxeberría Núñez", "1975-08-21", "ES"},
	{"João Conceição Guimarães", "1969-11-02", "PT"},
	{"Łukasz Wiśniewski", "1980-05-14", "PL"},
	{"Dragoslav Milošević-Đurić", "1952-06-28", "RS"},
	{"Athanasios Papakonstantinou", "1947-01-15", "GR"},
	{"Ri Chol Ryong", "1965-09-09", "KP"},
	{"Nguyễn Thị Phương Thảo", "1978-03-30", "VN"},
	{"Şükrü Yıldırım Çelikkol", "1968-12-12", "TR"},
	{"Teodoro Mbasogo Nkrumah", "1959-06-05", "GQ"},
	{"Xiaoming Ouyang", "1973-10-26", "CN"},
	{"Bashar Khaddam al-Assad", "1967-09-11", "SY"},
	{"Ramón Valdez Quintero", "1977-07-19", "CO"},
};
enum { PEOPLE = sizeof people / sizeof *people };

/* How else their names are written. */
static const struct {
	int who;
	const char *name;
} written[] = {
	{0, "Владислав Игоревич Щербатов"},
	{0, "Wladislaw Igorewitsch Schtscherbatow"},
	{0, "SHCHERBATOV<<VLADISLAV<IGOREVICH"},
	{0, "Vladislav Scherbatov"},
	{1, "Евгений Жуковский"}, {1, "Evgeni Zhukovski"},
	{1, "Jewgeni Schukowski"}, {1, "Evgenii Zhukovskii"},
	{2, "Михайло Олександрович Ткачук"}, {2, "Mychajlo Tkatschuk"},
	{2, "Mykhaylo Oleksandrovich Tkachuk"},
	{3, "محمد عبد الرحمن الراشدي"},
	{3, "Muhammad Abd al-Rahman Rashidi"},
	{3, "Mohamed Abdelrahman Al Rashidi"},
	{3, "Muhammed Abdul Rahman Alrashidi"},
	{4, "أبو يوسف حمزة المصري"}, {4, "Abou Youssef Hamza El Masri"},
	{4, "Abu Yousuf Hamzah Almasri"},
	{5, "غلام محمد قريشي"}, {5, "Gholam Mohammad Qureishi"},
	{5, "Ghulam Mohamed Kureshi"},
	{6, "Juergen Gross-Hoffmueller"}, {6, "Jurgen Gross Hoffmuller"},
	{6, "GROSS<HOFFMUELLER<<JUERGEN"},
	{7, "Soerensen Oeystein Bjoernson"}, {7, "Oystein Bjornson Sorensen"},
	{8, "Jose Maria Etxeberria Nunez"}, {8, "José Mª Etxeberria Nuñez"},
	{9, "Joao Conceicao Guimaraes"}, {10, "Lukasz Wisniewski"},
	{11, "Драгослав Милошевић-Ђурић"},
	{11, "Dragoslav Milosevic Djuric"},
	{12, "Αθανάσιος Παπακωνσταντίνου"},
	{12, "Athanassios Papaconstantinou"},
	{13, "Ri Cholryong"}, {13, "Ri Chol-ryong"},
	{14, "Nguyen Thi Phuong Thao"}, {14, "Phương Thảo Nguyễn Thị"},
	{15, "Sukru Yildirim Celikkol"}, {15, "Suekrue Yildirim Celikkol"},
	{17, "Xiao Ming Ouyang"}, {17, "Ouyang Xiao-Ming"},
	{18, "بشار خدام الأسد"}, {18, "Bachar Khaddam Al Assad"},
	{19, "Ramon Valdes Quintero"},
};

/* Who has nothing to do with any list. */
static const char *const strangers[] = {
	"Anna Müller", "Thomas Becker", "Sophie Dubois", "Emma Johansson",
	"Luca Bianchi", "Giulia Ferrari", "Peter Schneider", "Laura Fischer",
	"Jan Kowalczyk", "Katarzyna Nowak", "Emily Clarke", "Oliver Bennett",
	"Grace O'Connor", "Liam Murphy", "Hannah Weber", "Lukas Hofmann",
	"Marie Lefevre", "Antoine Girard", "Noah Petersen", "Freja Nielsen",
	"Mikael Lindgren", "Aino Virtanen", "Petra Horvath", "Gabor Szabo",
	"Elena Dumitrescu", "Andrei Ionescu", "Sofia Georgiou",
	"Dimitris Nikolaidis", "Mehmet Yilmaz", "Ayse Demir", "Yusuf Kaya",
	"Fatma Ozturk", "Ngozi Okafor", "Chinedu Eze", "Priya Sharma",
	"Rahul Mehta", "Hiroshi Tanaka", "Yuki Sato", "Min-jun Park",
	"Wei Liu", "Maria Silva", "Pedro Carvalho", "Ivan Kovalenko",
	"Olga Sidorova", "Ahmed Benali", "Karim Belkacem", "Omar Diallo",
	"Jose Ortega", "Carmen Iglesias", "Juan Navarro"};

/* Like somebody on the list, and somebody else: a relation born the same day,
 * another of the name. */
static const struct {
	const char *name, *birth;
} others[] = {
	{"Sergei Zhukovskiy", "1958-12-30"},
	{"Yevgeny Zhukovskiy", "1991-02-03"},
	{"Olena Tkachuk", "1970-07-07"},
	{"Mykhailo Tkachuk", "2001-01-09"},
	{"Mohammed Al-Rashidi", "1994-10-23"},
	{"Ahmad al-Rashidi", "1966-03-05"},
	{"Hamza Al Masri", "1998-04-30"},
	{"Muhammad Qureshi", "1989-06-16"},
	{"Ghulam Muhammad Qureshi", "1990-01-01"},
	{"Jürgen Hoffmann", "1949-10-10"},
	{"Maria Nunez", "1975-08-21"},
	{"João Guimarães", "1999-05-05"},
	{"Lukasz Wisniewski", "1995-12-24"},
	{"Marta Wisniewska", "1980-05-14"},
	{"Nguyen Thi Thao", "1992-02-02"},
	{"Nguyen Van Thao", "1978-03-30"},
	{"Ramon Quintero", "2002-09-09"},
	{"Ramona Valdez", "1977-07-19"},
	{"Xiaoming Wang", "1973-10-26"},
	{"Xiaoming Ouyang", "1999-01-01"},
	{"Chol Ryong Kim", "1985-05-01"},
	{"Teodoro Nkrumah", "1988-08-08"},
	{"Athanasios Konstantinou", "1990-12-01"},
	{"Bashar Haddad", "1967-09-11"},
};

static enum err
fill_work(struct db *db, void *arg)
{
	struct pool *pool = pool_new();
	struct screening_name n = {.list = "TEST", .country = ""};
	int i, what, *count = arg;
	enum err e = OK;

	seed = 7;
	for (i = 0; e == OK && i < *count; i++) {
		n.entry = pool_printf(pool, "%d", i);
		n.name = name_make(pool);
		what = any(10);
		n.birth_date = pool_printf(
			pool, what < 2 ? "%04d" : "%04d-%02d-%02d",
			1940 + any(50), 1 + any(12), 1 + any(28));
		if (i < PEOPLE) {
			n.name = people[i].name;
			n.birth_date = people[i].birth;
		}
		n.country = i < PEOPLE ? people[i].country : "";
		e = screening_add(db, &n);
		pool_reset(pool);
	}
	pool_free(pool);
	return e;
}

/* What came out of all searches. */
struct tally {
	struct bank *bank;
	int wanted, found, stopped, left, beside;
	int64_t took[QUERIES_MAX];
	int queries;
};

static bool
search(struct tally *t, const char *name, const char *birth, int wanted)
{
	struct pool *pool = pool_new();
	struct screening_match *m;
	int64_t began = clock_mono();
	bool found = false;

	if (screening_search(t->bank->db, pool, name, birth, NULL, &m) != OK)
		m = NULL;
	t->took[t->queries++ % QUERIES_MAX] = clock_mono() - began;
	for (; m != NULL; m = m->next) {
		if (wanted >= 0 && atoi(m->entry) == wanted)
			found = true;
		else if (wanted >= 0)
			t->beside++;
		else if (!found)
			found = printf("# stopped: %s %s for %s %s: %d %s\n",
				       name, birth, m->name, m->birth_date,
				       m->score, m->why) > 0;
	}
	pool_free(pool);
	return found;
}

static void
positive(struct tally *t, const char *kind, const char *name, int who,
	 const char *birth)
{
	bool found = search(t, name, birth, who);

	t->wanted++;
	t->found += found;
	if (!found)
		printf("# not found, %s: %s for %s\n", kind, name,
		       people[who].name);
}

static void
negative(struct tally *t, const char *name, const char *birth)
{
	if (search(t, name, birth, -1))
		t->stopped++;
	else
		t->left++;
}

/* A day that a person with that entry gives. */
static const char *
birth_of(struct pool *pool, int who)
{
	const char *b = people[who].birth;

	return strlen(b) == 10 ? b
			       : pool_printf(pool, "%.4s-05-06", b);
}

/* The words of a name in another order. */
static const char *
turned(struct pool *pool, const char *name)
{
	const char *last = strrchr(name, ' ');

	return pool_printf(pool, "%s, %.*s", last + 1, (int)(last - name),
			   name);
}

/* A letter mistaken, left out, doubled or exchanged, in ASCII. */
static const char *
mistyped(struct pool *pool, const char *name)
{
	char *out = pool_alloc(pool, strlen(name) + 2);
	size_t at, len = strlen(name);
	char c;

	memcpy(out, name, len + 1);
	do
		at = (size_t)any((int)len - 1);
	while (out[at] < 'a' || out[at] > 'z' || out[at + 1] < 'a' ||
	       out[at + 1] > 'z' || out[at] == out[at + 1]);
	switch (any(4)) {
	case 0:
		out[at] = (char)('a' + any(26));
		break;
	case 1:
		return pool_printf(pool, "%.*s%s", (int)at, name,
				   name + at + 1);
	case 2:
		return pool_printf(pool, "%.*s%s", (int)at + 1, name,
				   name + at);
	case 3:
		c = out[at];
		out[at] = out[at + 1];
		out[at + 1] = c;
		break;
	}
	return out;
}

/* Without what stands between the first word and the last. */
static const char *
shortened(struct pool *pool, const char *name)
{
	const char *first = strchr(name, ' '), *last = strrchr(name, ' ');

	return first == last ? NULL
			     : pool_printf(pool, "%.*s%s",
					   (int)(first - name), name, last);
}

static void
kinds(struct tally *t, struct pool *pool)
{
	const char *birth, *name;
	size_t i;
	int who, k;

	for (i = 0; i < sizeof written / sizeof *written; i++)
		positive(t, "written in another way", written[i].name,
			 written[i].who, birth_of(pool, written[i].who));
	for (who = 0; who < PEOPLE; who++) {
		birth = birth_of(pool, who);
		positive(t, "the same", people[who].name, who, birth);
		positive(t, "the same, birth date not known",
			 people[who].name, who, "");
		positive(t, "another order", turned(pool, people[who].name),
			 who, birth);
		for (k = 0; k < 4; k++)
			positive(t, "one letter off",
				 mistyped(pool, people[who].name), who, birth);
		positive(t, "another order and one letter off",
			 mistyped(pool, turned(pool, people[who].name)), who,
			 birth);
		name = shortened(pool, people[who].name);
		if (name != NULL)
			positive(t, "middle names dropped", name, who, birth);
	}
}

static void
test_labelled(struct bank *b, struct tally *t)
{
	struct pool *pool = pool_new();
	size_t i;
	int recall, precision;

	kinds(t, pool);
	for (i = 0; i < sizeof strangers / sizeof *strangers; i++)
		negative(t, strangers[i],
			 pool_printf(pool, "%d-%02d-%02d", 1950 + any(55),
				     1 + any(12), 1 + any(28)));
	for (i = 0; i < sizeof others / sizeof *others; i++)
		negative(t, others[i].name, others[i].birth);
	for (i = 0; i < 100; i++) /* the common names, of the young */
		negative(t, name_make(pool),
			 pool_printf(pool, "%d-%02d-%02d", 1992 + any(14),
				     1 + any(12), 29));
	recall = 1000 * t->found / t->wanted;
	precision = 1000 * t->found / (t->found + t->stopped);
	printf("# %d labelled pairs; recall 0.%03d (%d of %d), precision "
	       "0.%03d (%d of %d others stopped); beside the right one %d "
	       "more hits\n", t->wanted + t->stopped + t->left,
	       recall % 1000, t->found, t->wanted, precision % 1000,
	       t->stopped, t->stopped + t->left, t->beside);
	ok(t->wanted + t->stopped + t->left >= 200, "the set is large enough");
	ok(recall >= 950, "at least 95 of 100 listed people are found");
	ok(precision >= 900, "and at most 10 of 100 hits are of others");
	(void)b;
	pool_free(pool);
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
test_time(struct tally *t, int entries)
{
	qsort(t->took, (size_t)t->queries, sizeof *t->took, by_time);
	printf("# a search among %d entries: median %lld us, longest %lld us, "
	       "of %d\n", entries,
	       (long long)t->took[t->queries / 2] / 1000,
	       (long long)t->took[t->queries - 1] / 1000, t->queries);
	ok(t->took[t->queries / 2] < 20000000,
	   "a search among %d entries takes less than 20 ms", entries);
}

static void
test_born(void)
{
	static const struct {
		const char *listed;
		enum screening_born born;
	} all[] = {
		{"1966-03-05", SCREENING_BORN_SAME},
		{"1966-05-03", SCREENING_BORN_NEAR},
		{"1956-03-05", SCREENING_BORN_NEAR},
		{"1956-03-06", SCREENING_BORN_FAR},
		{"1967-03-06", SCREENING_BORN_FAR},
		{"1966", SCREENING_BORN_SAME}, {"1965", SCREENING_BORN_NEAR},
		{"1967", SCREENING_BORN_NEAR}, {"1964", SCREENING_BORN_FAR},
		{"1964/1968", SCREENING_BORN_SAME},
		{"1967/1968", SCREENING_BORN_NEAR},
		{"1968/1969", SCREENING_BORN_FAR},
		{"1966-03", SCREENING_BORN_SAME},
		{"1966-04", SCREENING_BORN_NEAR},
		{"1967-03", SCREENING_BORN_FAR},
		{"", SCREENING_BORN_UNKNOWN},
		{"about then", SCREENING_BORN_UNKNOWN},
		{"1950|1966-03-05", SCREENING_BORN_SAME},
		{"1950|1951-01-01", SCREENING_BORN_FAR},
	};
	static const char *const wrong[] = {"66", "0999", "1966-13", "1966-00",
					    "1966-02-30", "1968/1966",
					    "0966/1966", "1966-3-5", "x"};
	size_t i;

	for (i = 0; i < sizeof all / sizeof *all; i++)
		is_int(screening_born("1966-03-05", all[i].listed),
		       all[i].born, "5 March 1966 and \"%s\"", all[i].listed);
	is_int(screening_born("", "1966"), SCREENING_BORN_UNKNOWN,
	       "nobody knows when");
	for (i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!screening_date_valid(wrong[i]), "\"%s\" is no date",
		   wrong[i]);
}

static void
test_found(struct bank *b)
{
	struct screening_match *m;

	screening_search(b->db, b->pool, "Vladislav Shcherbatov",
			 "1961-04-09", "RU", &m);
	ok(m != NULL && m->score == 100 && strcmp(m->entry, "0") == 0 &&
		   strstr(m->why, "born then; country: same") != NULL,
	   "why somebody was found is said");
	ok(m != NULL && m->next == NULL, "an entry is found once");
	ok(m != NULL && strstr(m->evidence, "\"born\":\"same\"") != NULL,
	   "and kept as evidence");
	screening_search(b->db, b->pool, "Vladislav Shcherbatov", NULL, "DE",
			 &m);
	ok(m != NULL && m->score == 87 &&
		   strstr(m->why, "birth date not known; country: other"),
	   "without a birth date it weighs less");
	screening_search(b->db, b->pool, "", "1961-04-09", "RU", &m);
	ok(m == NULL, "nobody has no name");
	screening_search(b->db, b->pool, "Mohammad", "1961-04-09", "RU", &m);
	ok(m == NULL, "a given name alone finds nobody");
	screening_search(b->db, b->pool, "Mohammad Khan", "", "", &m);
	for (int n = 0; m != NULL; m = m->next, n++)
		if (n >= SCREENING_MOST)
			ok(false, "not more than is read");
}

struct keep {
	struct bank *b;
	struct application a;
	struct screening_match *list;
};

static enum err
keep_work(struct db *db, void *arg)
{
	struct keep *k = arg;

	return screening_keep(db, k->b->pool, &k->a, k->list, &actor_system);
}

static void
test_kept(struct bank *b)
{
	struct keep k = {.b = b, .a = apply_ready(b)};
	struct screening_hit *h;

	is_int(screening_of(b->db, b->pool, &k.a, "Yevgeny Zhukovskiy",
			    &k.list), OK, "an application is screened");
	ok(k.list == NULL, "whose birth date is far from the listed");
	screening_search(b->db, b->pool, "Evgeni Zhukovski", "1958-12-30",
			 "RU", &k.list);
	is_int(db_write(b->db, keep_work, &k), OK, "what was found is kept");
	is_int(db_write(b->db, keep_work, &k), OK, "and found once more");
	is_int(screening_hits(b->db, b->pool, k.a.id, &h), OK, "it is there");
	ok(h != NULL && h->next == NULL && strcmp(h->state, "open") == 0 &&
		   strstr(h->evidence, "Yevgeny Zhukovskiy") != NULL,
	   "once, open, with its evidence");
	is_int(apply_acts(b, &k.a, "screening.run"), 2,
	       "each search is on record");
	is_int(bank_count(b, "SELECT count(*) AS n FROM screening_hit WHERE "
			     "instr(evidence, 'Zhukovskiy')"), 0,
	       "the evidence is sealed");
	bank_tamper(b, "UPDATE screening_hit SET evidence = x'00112233'");
	is_int(screening_hits(b->db, b->pool, k.a.id, &h), ERR_INTERNAL,
	       "and who tampers with it is found out");
	bank_tamper(b, "UPDATE screening_hit SET evidence = NULL");
	screening_hits(b->db, b->pool, k.a.id, &h);
	is_text(h->evidence, "", "once it is wiped, it is gone");
}

/* Those of an application: how each was judged, and how its birth date is. */
static const char *
hit_states(struct bank *b, const struct application *a)
{
	struct buf out = {.pool = b->pool};
	struct screening_hit *h;

	buf_puts(&out, "");
	screening_hits(b->db, b->pool, a->id, &h);
	for (; h != NULL; h = h->next)
		buf_printf(&out, "%s %s ", h->state,
			   strstr(h->evidence, "\"born\":\"same\"") != NULL
				   ? "same" : "near");
	db_rest(b->db);
	return out.data;
}

static void
found(struct keep *k, const char *birth_date)
{
	screening_search(k->b->db, k->b->pool, "Evgeni Zhukovski", birth_date,
			 "RU", &k->list);
	is_int(db_write(k->b->db, keep_work, k), OK, "a likeness is kept");
}

/* As when the bank asks for other details, and another birth date comes. */
static void
test_changed(struct bank *b)
{
	struct keep k = {.b = b, .a = apply_ready(b)};
	struct screening_hit *h, *old;

	found(&k, "1958-03-04");
	screening_hits(b->db, b->pool, k.a.id, &old);
	found(&k, "1958-12-30");
	is_text(hit_states(b, &k.a), "open same ",
		"nobody judges by what is no more so");
	screening_hits(b->db, b->pool, k.a.id, &h);
	ok(memcmp(h->id, old->id, SECRET_ID) != 0,
	   "nor the new one who looks at the old");
	db_rest(b->db);
	found(&k, "1958-03-04");
	bank_tamper(b, "UPDATE screening_hit SET state = 'cleared', "
		       "note = 'Born on another day.', decided_at = 1");
	found(&k, "1958-03-04");
	is_text(hit_states(b, &k.a), "cleared near ",
		"found the same again it stays as it was judged");
	clock_freeze(BANK_NOW + 1);
	found(&k, "1958-12-30");
	is_text(hit_states(b, &k.a), "cleared near open same ",
		"who is more like them now is to be judged anew");
	found(&k, "1958-12-30");
	is_text(hit_states(b, &k.a), "cleared near open same ", "once");
	bank_tamper(b, "UPDATE screening_hit SET state = 'confirmed' WHERE "
		       "state = 'open'");
	found(&k, "1958-03-04");
	is_text(hit_states(b, &k.a), "cleared near confirmed same ",
		"who was found to be the person stays so");
	clock_freeze(BANK_NOW);
}

int
main(void)
{
	static struct tally t;
	struct bank b;
	int entries = tap_times(ENTRIES, ENTRIES / 10);
	int64_t began;

	test_born();
	bank_open(&b);
	apply_bank(&b);
	began = clock_mono();
	is_int(db_write(b.db, fill_work, &entries), OK, "a list is filled");
	printf("# %d entries in %lld ms\n", entries,
	       (long long)(clock_mono() - began) / 1000000);
	t.bank = &b;
	test_labelled(&b, &t);
	test_time(&t, entries);
	test_found(&b);
	test_kept(&b);
	test_changed(&b);
	bank_close(&b);
	return tap_done();
}
