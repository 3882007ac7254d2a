namespace Shop.Orders;

internal sealed record OrderRequest(string Sku, int Quantity, string CardToken);
