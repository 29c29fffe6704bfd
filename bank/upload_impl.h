/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* upload_impl.h: between upload*.c alone. */
#ifndef CLICKNET_UPLOAD_IMPL_H
#define CLICKNET_UPLOAD_IMPL_H

#include "bank/upload.h"

/* The one of this kind and side on its way. ERR_MISSING. */
enum err upload_find(struct db *, struct pool *, int64_t application,
		     const char *kind, const char *side, struct upload *out);

/* Where a part's bytes belong; pool memory. */
const char *upload_where(struct pool *, int64_t number);

/* Removes it and its parts; inside db_write. ERR_MISSING. */
enum err upload_remove(struct db *, const struct upload *);

/* All that is there becomes a document; calls db_write. */
enum err upload_finish(struct db *, struct upload_part *);

#endif
