/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* geo.c: tests of places and distances, against figures worked out elsewhere
 * (haversine, 40 digits, the same radius). */
#include "lib/geo.h"

#include <stdlib.h>

#include "t/tap.h"

static const struct place quay = {52138420, -7386150};

static const struct {
	const char *what;
	struct place a, b;
	int64_t metres;
} far[] = {
	{"a place is where it is", {52138420, -7386150},
	 {52138420, -7386150}, 0},
	{"a few steps", {52138420, -7386150},
	 {52138450, -7386150}, 3},
	{"across the square", {52138420, -7386150},
	 {52141870, -7389640}, 452},
	{"across the town", {52129750, -7421330},
	 {52151260, -7394480}, 3013},
	{"Dublin to Berlin", {53349800, -6260300},
	 {52520000, 13405000}, 1316994},
	{"over the date line", {-16500000, 179900000},
	 {-16500000, -179900000}, 21323},
	{"over the pole", {89900000, 10000000},
	 {89900000, -170000000}, 22239},
	{"pole to pole", {90000000, 0},
	 {-90000000, 0}, 20015115},
	{"to the other side of the world", {52138420, -7386150},
	 {-52138420, 172613850}, 20015115},
	{"almost there", {52138420, -7386150},
	 {-52138000, 172613000}, 20015041},
	{"along the equator", {0, 0},
	 {0, 90000000}, 10007558},
	{"all of the equator", {0, -180000000},
	 {0, 0}, 20015115},
	{"the same meridian, told twice", {10000000, 180000000},
	 {10000000, -180000000}, 0},
	{"Tokyo to São Paulo", {35676200, 139650300},
	 {-23550500, -46633300}, 18537232},
};

static void
test_distance(void)
{
	int64_t d, off;
	size_t i;

	for (i = 0; i < sizeof far / sizeof *far; i++) {
		d = geo_distance(far[i].a, far[i].b);
		off = llabs((long long)(d - far[i].metres));
		ok(off <= 1 + far[i].metres / 1000000, "%s: %lld m, not %lld",
		   far[i].what, (long long)far[i].metres, (long long)d);
		ok(llabs((long long)(geo_distance(far[i].b, far[i].a) - d)) <=
			   1, "and as far back");
	}
}

/* Along a meridian a millionth of a degree is 0.111 m. */
static void
test_steps(void)
{
	struct place p = quay;
	int64_t last = 0, d;
	int i, bad = 0;

	for (i = 0; i < 20000; i++) {
		p.lat_e6 += 10;
		d = geo_distance(quay, p);
		bad += d < last || llabs((long long)(d * 1000 -
				(p.lat_e6 - quay.lat_e6) * 111195 / 1000)) > 1000;
		last = d;
	}
	is_int(bad, 0, "who walks on gets further, metre by metre");
}

static void
test_read(void)
{
	static const char *const none[] = {
		"", ",", "52", "52,", ",7", "91,0", "0,181", "-90.0000001x,0",
		"52.1.2,0", "52.,0", ".5,0", "1e1,0", "+-1,0", "0x10,0",
		"52,7,1", "52,  7", " 52,7", "nan,nan",
		"123456789012345678901234567890123,0",
		"0,0.1234567890123456789012345678901234", "1000001,0",
		"99999999999999999999,0"};
	struct place p;
	size_t i;

	ok(geo_read("52.138420,-7.386150", &p) && p.lat_e6 == 52138420 &&
		   p.lon_e6 == -7386150, "a place is read");
	ok(geo_read("-90, 180", &p) && p.lat_e6 == -90000000 &&
		   p.lon_e6 == 180000000, "whole degrees, a blank, the ends");
	ok(geo_read("+1.5,-0.0000019", &p) && p.lat_e6 == 1500000 &&
		   p.lon_e6 == -1, "what is finer than we keep is passed over");
	for (i = 0; i < sizeof none / sizeof *none; i++)
		ok(!geo_read(none[i], &p), "\"%s\" is no place", none[i]);
	ok(!geo_degrees("90.000001", GEO_LAT_MAX, &p.lat_e6),
	   "nothing lies north of the pole");
}

int
main(void)
{
	test_distance();
	test_steps();
	test_read();
	return tap_done();
}
