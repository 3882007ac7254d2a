namespace Shop.Inventory;

internal sealed record Stock(string Sku, int Quantity);
