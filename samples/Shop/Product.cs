namespace Shop;

internal sealed record Product(string Sku, string Name, int PriceCents);
