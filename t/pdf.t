#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# pdf.t: what documents say is what other programs read in them.
use strict;
use warnings;
use File::Temp 'tempdir';
use Test::More;

my $build = $ENV{CLICKNET_BUILD} || '.';
for my $program (qw(pdftotext pdfinfo pdfimages pdffonts qpdf)) {
	BAIL_OUT("$program is missing: script/packages test installs it")
		unless grep { -x "$_/$program" } split /:/, $ENV{PATH};
}
my $file = tempdir(CLEANUP => 1) . '/proof.pdf';
is(system("$build/t/helper/pdf >$file"), 0, 'a document of pages is made');

# libharu's map back to Unicode makes poppler complain, and read it all the
# same: what it says on its standard error does not count.
my $text = `pdftotext -layout -enc UTF-8 $file - 2>/dev/null`;
like($text, qr/^A document$/m, 'its title can be read');
like($text, qr/Straße, žluťoučký kůň, Ελληνικά, Кириллица, 12,34 €/,
	'and letters of many alphabets');
like($text, qr/^Name +Anna Müller$/m, 'what belongs together stands on a line');
is(scalar(() = $text =~ /^row \d+/mg), 120, 'no row of a long table is lost');
my @pages = split /\f/, $text;
is(scalar(grep { /^row/m && !/^Number +What +Sum$/m } @pages), 0,
	'the head of a table stands on each of its pages');
unlike($pages[-1], qr/After the table.*^Number/ms, 'and not behind it');
is(scalar(grep { /^Proof · \d+$/m } @pages), scalar @pages,
	'every page has its number');
like(`pdfinfo $file 2>/dev/null`, qr/^Title: +Proof$/m, 'it has a title');
like(`pdfimages -list $file 2>/dev/null`, qr/800 +600/, 'the picture is in it');
like(`pdffonts $file 2>/dev/null`, qr/DejaVuSans\S* +CID TrueType +\S+ +yes yes yes/,
	'its letters are in it, those it needs');
like(`qpdf --check $file 2>&1`, qr/No syntax or stream encoding errors/,
	'and qpdf finds no fault');

# What the bank makes of applications.
sub text_of {
	my ($what) = @_;
	my $file = tempdir(CLEANUP => 1) . "/$what.pdf";
	is(system("$build/t/helper/kyc_pdf $what >$file"), 0, "the $what is made");
	like(`qpdf --check $file 2>&1`, qr/No syntax or stream encoding errors/,
		'without a fault');
	return (scalar(`pdftotext -layout -enc UTF-8 $file - 2>/dev/null`), $file);
}
my ($report) = text_of('report');
like($report, qr/^How applications went$/m, 'it is about applications');
like($report, qr/^Declined +1$/m, 'one was declined');
like($report, qr/^documents +The documents cannot be read or are not valid\. +1$/m,
	'and why');
like($report, qr/^The longest \(minutes\) +90$/m, 'after an hour and a half');
like($report, qr/^sam +1 +0$/m, 'one proposed it');
like($report, qr/^tia +0 +1$/m, 'and another checked it');
my ($whole, $of) = text_of('file');
like($whole, qr/^Application \w{4}-\w{4}$/m, 'a file has its reference');
like($whole, qr/^Date of birth +\d+ \w+ \d{4}$/m, 'what the person said');
like($whole, qr/Two lines # no heading no cell/,
	'a note, whose lines are not taken for the document\'s');
like($whole, qr/Everything was|A decision was proposed\./, 'and the record');
like(`pdfimages -list $of 2>/dev/null`, qr/640 +400.*640 +400/s,
	'with both pictures in it');
done_testing;
