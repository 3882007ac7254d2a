namespace Shop.Inventory;

internal sealed record Reservation(Guid OrderId, string Sku, int Quantity);
