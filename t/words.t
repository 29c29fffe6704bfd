#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# words.t: says which sentence a shipped language lacks.

use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));
use File::Find;
use JSON::PP;
use Test::More;

my $top = $ENV{CLICKNET_SRC} // '.';
my %said; # sentence => the file that says it first

sub slurp {
	my ($path) = @_;
	open my $f, '<:encoding(UTF-8)', $path or die "$path: $!\n";
	local $/;
	return scalar <$f>;
}

sub files {
	my ($dir, $name) = @_;
	my @found;

	return () unless -d "$top/$dir";
	find({no_chdir => 1, wanted => sub {
		push @found, $_ if -f && /$name/;
	}}, "$top/$dir");
	return sort @found;
}

sub say_once {
	my ($sentence, $path) = @_;

	$sentence =~ s/\s+/ /g;
	$sentence =~ s/^ | $//g;
	$path =~ s{^\Q$top\E/}{};
	$said{$sentence} //= $path if $sentence =~ /\w/;
}

# Templates: what stands between {{#t}} and {{/t}}.
sub template_read {
	my ($path) = @_;
	my $text = slurp($path);

	say_once($1, $path) while $text =~ m/\{\{#t\}\}(.*?)\{\{\/t\}\}/gs;
}

# C: literals that are sentences; neighbours are one. Sentences with % are made
# while running and have no key. What only operators read is English.
sub source_read {
	my ($path) = @_;
	my $text = slurp($path);

	$text =~ s{/\*.*?\*/}{}gs;
	$text =~ s{"\s*\\?\s*"}{}g;
	while ($text =~ m/"((?:[^"\\\n]|\\.)*)"/g) {
		my $sentence = $1 =~ s/\\"/"/gr;
		say_once($sentence, $path)
			if $sentence =~ /^[A-Z][^%]* [^%]*[.?!]$/;
	}
}

template_read($_) for files('share/html', '\.html$');
my $operators = qr{/(app_own|demo\w*|export\w*|import\w*|number|schema|
	screening_import|
	verify\w*)\.c$}x;
source_read($_) for "$top/lib/err.h", "$top/lib/form.c",
	files('fcgi-apps', '\.c$'),
	grep { $_ !~ $operators }
	files('lib', '/(?:app|mrz)\w*\.c$'), files('bank', '\.c$');
$said{$_} //= 'lib/page_show.c' for qw(Today Yesterday);

cmp_ok(scalar keys %said, '>', 50, 'the pages and programs say something');

my @languages = grep { !m{/en\.json$} } files('share/locale', '\.json$');
ok(@languages > 0, 'English is not the only language');

for my $path (@languages) {
	my ($name) = $path =~ m{([^/]+)\.json$};
	my $words = eval { decode_json(do {
		open my $f, '<:raw', $path or die $!;
		local $/;
		<$f>;
	}) };

	ok(defined $words, "$name.json can be read") or next;
	$words = $words->{words};
	my @lacking = grep {
		my $word = $words->{$_};
		ref $word ? !length($word->{other} // '')
			  : !length($word // '');
	} sort keys %said;
	is(scalar @lacking, 0, "$name has every sentence")
		or diag(map { "$said{$_}: $_\n" } @lacking);

	# What is filled in must be filled in, in every language.
	my @lost;
	for my $key (sort keys %$words) {
		my %wanted = map { $_ => 1 } $key =~ m/\{\{([\w.]+)\}\}/g;
		my $word = $words->{$key};
		for my $text (ref $word ? values %$word : $word) {
			for my $tag (keys %wanted) {
				push @lost, "$key: {{$tag}}"
					if index($text, "{{$tag}}") < 0;
			}
		}
	}
	is(scalar @lost, 0, "$name fills in what the English sentence does")
		or diag(map { "$_\n" } @lost);
}

done_testing;
