using Shop.Orders;

namespace Shop.Traffic;

internal sealed record Visit(HttpMethod Method, string Path, OrderRequest? Body);
