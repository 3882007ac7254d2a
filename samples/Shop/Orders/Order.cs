namespace Shop.Orders;

internal sealed record Order(Guid Id, string Sku, int Quantity, int AmountCents, string Status);
