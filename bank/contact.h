/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* contact.h: where an applicant says they are reached, as people type it. */
#ifndef CLICKNET_CONTACT_H
#define CLICKNET_CONTACT_H

#include <stdbool.h>
#include "lib/pool.h"

/* A mobile number as carriers want it, "+4915112345678", from one with its
 * country ("+49 151 123-456 78", "0049 (151) ..."); pool memory. NULL: it is
 * none. */
const char *contact_mobile(struct pool *, const char *text);

/* A mail address that can be written to; pool memory. NULL: it is none. */
const char *contact_email(struct pool *, const char *text);

/* Are these one mailbox, whatever letters are capital? "" is none. */
bool contact_same_email(const char *, const char *);

#endif
