#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# import.t: another bank's books are taken over whole, or not at all.
use strict;
use warnings;
use lib ($ENV{CLICKNET_SRC} || '.') . '/t/lib';
use Book;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use Test::More;

my $fixture = "$Book::src/t/fixture/bank";
my $has_hledger = system('hledger --version >/dev/null 2>&1') == 0;

# A copy of the fixture with one file changed.
sub changed {
	my ($file, $change) = @_;
	my $dir = tempdir('books.XXXXXX', TMPDIR => 1, CLEANUP => 1);

	for my $path (glob "$fixture/*.csv") {
		copy($path, $dir) or die "$path: $!";
	}
	my @lines = split /(?<=\n)/, Book::slurp("$dir/$file");
	$change->(\@lines);
	open my $out, '>', "$dir/$file" or die $!;
	print $out @lines;
	close $out or die $!;
	return $dir;
}

# The last balance of every account, by the books' own figures.
sub closing {
	my $dir = shift;
	my %closing;

	for (split /\n/, Book::slurp("$dir/transactions.csv")) {
		my @cell = split /,/;
		$closing{$cell[0]} = $cell[4] if $cell[1] =~ /^\d{4}-/;
	}
	return %closing;
}

sub hledger_agrees {
	my ($bank, $dir) = @_;
	my ($status, $journal) = $bank->run('export', '--format', 'hledger');
	my $path = "$bank->{dir}/journal";
	my (%closing, %theirs);

	open my $out, '>', $path or die $!;
	print $out $journal;
	close $out or die $!;
	is(system("hledger -f '$path' check"), 0, 'hledger finds no fault');
	for (`hledger -f '$path' bal --flat --empty -O csv`) {
		$theirs{$1} = $2
			if /^"assets:customers:([^"]+)","(-?[\d.]+)/;
	}
	%closing = closing($dir);
	is_deeply(\%theirs, \%closing,
		'hledger has every account close at its last balance');
	unlike(`hledger -f '$path' bal --depth 1 | tail -1`, qr/[1-9]/,
		'and the whole book is zero');
	return;
}

sub whole {
	my $bank = Book->new;
	my ($status, $out, $err) = $bank->run('import', $fixture);

	is($status, 0, 'good books are imported') or diag $err;
	is($err, '', 'without a word of complaint');
	like($out, qr/^\d+ rows in \d+\.\d{3} s \(\d+ rows\/s\)$/m,
		'and the figure is said');
	($status, $out, $err) = $bank->run('verify');
	is("$status$out$err", '0', 'the book verifies');
	my $s = $bank->json('status');
	is($s->{customers}, 8, 'every customer is there');
	is($s->{accounts}, 12, 'every account');
	is($s->{transfers}, 202, 'and every row is a transfer');
	is($bank->sqlite_read('SELECT count(*) FROM holder'), 14,
		'holders hold');
	is($bank->sqlite_read('SELECT count(*) FROM standing_order'), 3,
		'standing orders stand');
	is($bank->sqlite_read("SELECT interest_bp || ' ' || " .
			"per_transfer_max || ' ' || daily_count FROM product " .
			"WHERE code = 'CURRENT'"),
		'10 500000 20', 'products are as defined');
	like($bank->sqlite_read(
			"SELECT detail FROM audit WHERE act = 'bank.import'"),
		qr/accounts 12,.* transactions 202/, 'the import is recorded');
	unlike(Book::slurp($bank->db), qr/Fennimore|p001\@bank/,
		'no name or address can be read in the file');
  SKIP: {
		skip 'hledger is not installed', 3 if !$has_hledger;
		hledger_agrees($bank, $fixture);
	}
	($status, $out) = $bank->run('export', '--format', 'csv', '--account',
		'fx00000002');
	my @rows = split /\r\n/, $out;
	is(scalar(@rows) - 1, scalar(grep { /^FX00000002,/ } @rows),
		'an account is exported alone');
	($status, $out, $err) = $bank->run('import', $fixture);
	is($status, 65, 'the same books are not imported twice');
	like($err, qr/branches\.csv:2:1: There is a branch N1 already\./,
		'and what is there already is named');
	is($bank->json('status')->{transfers}, 202, 'nothing was doubled');
	return;
}

sub rehearsed {
	my $bank = Book->new;
	my ($status, $out, $err) = $bank->run('import', $fixture, '--dry-run');

	is($status, 0, 'a dry run of good books is good');
	like($out, qr/nothing was kept/, 'and says that it kept nothing');
	is($bank->json('status')->{customers}, 0, 'which is so');
	return;
}

# file, line (from 1), what to make of it, and the complaint.
my @broken = (
	['transactions.csv', 20, sub { s/^FX\d+/FX99999999/ },
		qr/:20:1: There is no account FX99999999\./,
		'an unknown account'],
	['transactions.csv', 30, sub { s/^((?:[^,]*,){3})[^,]*/$1a lot/ },
		qr/:30:\d+: "a lot" is no amount in /, 'a bad amount'],
	['transactions.csv', 31, sub { s/^((?:[^,]*,){3})[^,]*/${1}0/ },
		qr/:31:\d+: An amount is not zero\./, 'an amount of zero'],
	['transactions.csv', 32, sub { s/^((?:[^,]*,){3})[^,]*/${1}1.2345/ },
		qr/:32:\d+: "1\.2345" is no amount in /,
		'more decimals than the currency has'],
	['transactions.csv', 41, sub { s/^((?:[^,]*,){4})[^,]*/${1}1.00/ },
		qr/:41:\d+: The balance after this row is [\d.]+, not 1\.00\./,
		'a wrong balance'],
	['transactions.csv', 50, sub { s/^((?:[^,]*,){5})[^,]*/$1sofa/ },
		qr/:50:\d+: "sofa" is none of the bank's own accounts/,
		'an unknown contra account'],
	['transactions.csv', 60, sub { s/,2024-\d\d-\d\d,/,2024-02-30,/ },
		qr/:60:12: "2024-02-30" is no date/, 'a day that never was'],
	['transactions.csv', 61, sub { s/,2024-\d\d-\d\d,/,2924-02-03,/ },
		qr/:61:12: 2924-02-03 lies in the future/, 'a day to come'],
	['transactions.csv', 62, sub { s/,2024-\d\d-\d\d,/,2023-02-03,/ },
		qr/:62:12: 2023-02-03 is before the row above/,
		'rows out of order'],
	['transactions.csv', 70, sub { s/,(deposit|transfer|fee|withdrawal|interest),/,Oops!,/ },
		qr/:70:23: "Oops!" is no kind/, 'a kind that is none'],
	['transactions.csv', 80, sub { s/,R\d+$// },
		qr/:80:\d+: This row has 9 fields, the header has 10\./,
		'a field too few'],
	['transactions.csv', 203, sub { s/,R\d+$/,"R/ },
		qr/:203:\d+: This quote is never closed\./, 'an open quote'],
	['transactions.csv', 91, sub { s/,R\d+$/,\xff/ },
		qr/:91:\d+: This is not UTF-8\./, 'bytes that are no text'],
	['transactions.csv', 92, sub { s/,R\d+$/,R\x{1}/ },
		qr/:92:\d+: There are characters in this that cannot be seen/,
		'a control character'],
	['transactions.csv', 1, sub { s/contra/against/ },
		qr/:1:\d+: There is no column "against"/, 'an unknown column'],
	['transactions.csv', 1, sub { s/kind,//; },
		qr/:1:1: The column "kind" is missing\./, 'a missing column'],
	['accounts.csv', 5, sub { s/^FX\d+/FX00000001/ },
		qr/:5:1: There is an account FX00000001 already\./,
		'a doubled number'],
	['accounts.csv', 6, sub { s/,P\d+,/,P999,/ },
		qr/:6:12: There is no customer P999\./, 'an unknown customer'],
	['accounts.csv', 7, sub { s/EUR/EURO/ },
		qr/:7:\d+: "EURO" is no currency/, 'an unknown currency'],
	['accounts.csv', 8, sub { s/EUR/JPY/; s/0\.00/0/ },
		qr/transactions\.csv:\d+:\d+: "[\d.]+" is no amount in JPY/,
		'amounts of another currency'],
	['accounts.csv', 3, sub { s/[\d.]+$/-5.00/ },
		qr/:3:\d+: An overdraft limit is not negative/,
		'a negative overdraft limit'],
	['accounts.csv', 3, sub { s/^FX/BANK-/ },
		qr/:3:1: Numbers that begin with BANK- are the bank's own/,
		'a number of the bank\'s own'],
	['accounts.csv', 4, sub { s/[\d.]+$/100.00/ },
		qr/transactions\.csv:202:\d+: This is more than FX00000003 has/,
		'a payment beyond the overdraft limit'],
	['customers.csv', 3, sub { s/^P\d+/P001/ },
		qr/:3:1: There is a customer P001 already/,
		'a doubled customer'],
	['customers.csv', 4, sub { s/,[NS]\d$/,XX/ },
		qr/:4:\d+: There is no branch XX\./, 'an unknown branch'],
	['customers.csv', 5, sub { s/,[^,]*,/,,/ },
		qr/:5:6: This is missing\./, 'a customer without a name'],
	['holders.csv', 14, sub { s/user/boss/ },
		qr/:14:\d+: "boss" is no role/, 'an unknown role'],
	['holders.csv', 14, sub { s/P\d+/P001/ },
		qr/:14:\d+: This customer holds FX00000001 already/,
		'a holder named twice'],
	['products.csv', 2, sub { s/0\.10/much/ },
		qr/:2:\d+: "much" is no rate/, 'a rate that is none'],
	['offers.csv', 2, sub { s/CURRENT/CURENT/ },
		qr/:2:1: There is no product CURENT\./,
		'an offer of a product that is none'],
	['offers.csv', 3, sub { s/deposit/card/ },
		qr/:3:9: SAVINGS is a savings account, which is no card\./,
		'an offer as what it is not'],
	['offers.csv', 2, sub { s/0\.00/free/ },
		qr/:2:\d+: "free" is no amount in EUR/,
		'a fee that is none'],
	['branches.csv', 2, sub { s/-7\.250000/west/ },
		qr/:2:\d+: "west" is no degree/, 'a place that is none'],
	['standing-orders.csv', 2, sub { s/450\.00/-1.00/ },
		qr/:2:\d+: A standing order is above zero/,
		'a standing order below zero'],
);

sub refused {
	my $bank = Book->new;

	for my $case (@broken) {
		my ($file, $line, $change, $complaint, $name) = @$case;
		my $dir = changed($file, sub {
			local $_ = $_[0][$line - 1];
			my $end = s/\n\z// ? "\n" : '';
			my $was = $_;
			$change->();
			die "$name: nothing changed" if $was eq $_;
			$_[0][$line - 1] = "$_$end";
		});
		my ($status, $out, $err) = $bank->run('import', $dir);

		like($err, $complaint, "$name is named with its place");
		is($status, 65, 'and the import is refused');
		is($bank->sqlite_read('SELECT (SELECT count(*) FROM customer)' .
				' + (SELECT count(*) FROM account)' .
				' + (SELECT count(*) FROM transfer)'),
			0, 'and nothing of it is kept');
	}
	my ($status, $out, $err) = $bank->run('verify');
	is($status, 0, 'the bank they were refused by verifies');
	return;
}

sub many {
	my $bank = Book->new;
	my $dir = changed('customers.csv', sub {
		push @{$_[0]}, map { "Q$_,,,,,,\n" } 1 .. 50;
	});
	my ($status, $out, $err) = $bank->run('import', $dir);

	is(scalar(() = $err =~ /This is missing/g), 20,
		'twenty complaints are enough');
	$dir = changed('accounts.csv', sub { $_[0][2] =~ s/P002/P902/ });
	($status, $out, $err) = $bank->run('import', $dir);
	is(scalar(() = $err =~ /\.csv:\d+/g), 1,
		'one mistake is one complaint, whatever follows from it');
	unlink "$dir/accounts.csv";
	($status, $out, $err) = $bank->run('import', $dir);
	like($err, qr/accounts\.csv: No such file/,
		'a file that must be there is named');
	return;
}

# In a bank that is open, with all its books.
sub catalogue {
	my $bank = Book->new;
	my $dir = tempdir('books.XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $offers = sub {
		open my $out, '>', "$dir/offers.csv" or die $!;
		print $out "product_code,category,summary\n$_[0]\n";
		close $out or die $!;
	};

	$bank->run('import', $fixture);
	$offers->('CURRENT,deposit,Now with a card.');
	my ($status, $out, $err) = $bank->run('import', $dir);
	is($status, 0, 'what is offered is changed without books') or diag $err;
	like($out, qr/^1 rows in /m, 'and counted');
	is($bank->sqlite_read("SELECT summary FROM offer " .
			"WHERE product = 'CURRENT'"),
		'Now with a card.', 'what was said last is shown');
	is($bank->sqlite_read('SELECT count(*) FROM offer'), 2,
		'other offers stand');
	$offers->("CURRENT,deposit,A\nCURRENT,deposit,B");
	($status, $out, $err) = $bank->run('import', $dir);
	like($err, qr/offers\.csv:3:1: CURRENT is offered twice/,
		'one file says one thing of a product');
	return;
}

sub small {
	my $bank = Book->new;
	my $dir = changed('accounts.csv', sub { });

	unlink map { "$dir/$_.csv" } qw(products offers holders transactions
		standing-orders);
	my ($status, $out, $err) = $bank->run('import', $dir);
	is($status, 0, 'customers, branches and accounts are enough')
		or diag $err;
	like($out, qr/The product CURRENT was made/,
		'a product nobody defined is made, and that is said');
	is($bank->json('status')->{totals}[0]{balance}, '0.00',
		'the accounts are empty');
	return;
}

sub real {
	my $dir = $ENV{CLICKNET_BERKA} || "$Book::src/../shared/berka";
	my $bank;

  SKIP: {
		skip 'no real books here; CLICKNET_BERKA names some', 3
			if !-e "$dir/transactions.csv";
		$bank = Book->new;
		my ($status, $out, $err) = $bank->run('import', $dir);
		is($status, 0, 'real books are imported') or diag $err;
		note $out;
		($status, $out, $err) = $bank->run('verify');
		is("$status$out$err", '0', 'and verify');
		skip 'hledger is not installed', 1 if !$has_hledger;
		skip 'hledger reads them in a run without a checker', 1
			if $ENV{CLICKNET_FEW};
		hledger_agrees($bank, $dir);
	}
	return;
}

whole();
rehearsed();
refused();
many();
catalogue();
small();
real();
done_testing();
