/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* import.h: taking over another bank's books from CSV files, all or nothing. */
#ifndef CLICKNET_IMPORT_H
#define CLICKNET_IMPORT_H

#include "lib/db.h"
#include "lib/pool.h"

/* The files of a directory, by their columns ("?": may be missing or empty):
 *	products.csv?  code, name, category?, interest_rate?,
 *		per_transfer_min?, per_transfer_max?, daily_amount?,
 *		daily_count?, transfer_fee?
 *	offers.csv?    product_code, category (deposit, loan, card),
 *		currency?, summary?, features?, terms?, monthly_fee?,
 *		opening_min?, age_min?
 *	branches.csv?  branch_code, name, region?, address?, hours?,
 *		services?, lat?, lon?
 *	customers.csv  customer_id, name, birth_date?, tax_id?, mobile?,
 *		email?, branch_code?, language?
 *	accounts.csv   account_number, customer_id, title, product_code,
 *		currency, opened_on, branch_code?, overdraft_limit?
 *	holders.csv?   account_number, customer_id, role (owner, user)
 *	transactions.csv?  account_number, booked_on, kind, amount,
 *		balance_after?, contra, counterparty_bank?,
 *		counterparty_account?, purpose?, reference?, currency?
 *	standing-orders.csv?  account_number, to_bank, to_account, amount,
 *		purpose?, currency?
 * customers.csv and accounts.csv are needed by all but a catalogue alone:
 * products, offers, branches. An offer takes the place of what was said of its
 * product before; offers stand in their file's order.
 * Rows of transactions are in booking order; an amount above zero comes in
 * from the bank's own account ${contra}, one below goes out to it. They are
 * booked at noon of their day. Products that accounts name and nobody defines
 * are made without bounds, with a note. */
enum { IMPORT_COMPLAINTS = 20 };

struct import_line {
	struct import_line *next;
	const char *text;
};

struct import {
	const char *dir;
	bool dry_run; /* all is done and checked, and then nothing is kept */
	void (*progress)(int64_t done, int64_t all); /* may be NULL */

	/* Out, in pool memory: what is wrong ("FILE:LINE:COLUMN: sentence",
	 * at most IMPORT_COMPLAINTS) and what the operator should know. */
	struct import_line *complaints, *notes;
	int complained;
	int64_t products, offers, branches, customers, accounts, holders;
	int64_t transactions, standing_orders;
};

/* Calls db_write, once. ERR_INPUT: there are complaints and nothing was
 * imported. Anything else: the engine's fault, and nothing was imported. */
enum err import_books(struct db *, struct pool *, struct import *);

#endif
