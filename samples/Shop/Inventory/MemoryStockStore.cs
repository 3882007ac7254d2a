namespace Shop.Inventory;

/// <summary>Stock without a database.</summary>
internal sealed class MemoryStockStore : IStockStore
{
    private const int MaxReservations = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _stock = Catalogue.Products.ToDictionary(p => p.Sku, _ => InventoryService.FullStock);
    private readonly Dictionary<Guid, Reservation> _reservations = [];
    private readonly Queue<Guid> _age = new();

    public Task<Stock?> FindAsync(string sku, CancellationToken cancellation)
    {
        lock (_lock)
            return Task.FromResult(_stock.TryGetValue(sku, out var quantity) ? new Stock(sku, quantity) : null);
    }

    public Task<bool> ReserveAsync(Reservation reservation, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_stock.TryGetValue(reservation.Sku, out var quantity) || quantity < reservation.Quantity)
                return Task.FromResult(false);
            var left = quantity - reservation.Quantity;
            _stock[reservation.Sku] = left < InventoryService.LowStock ? left + InventoryService.FullStock : left;
            _reservations[reservation.OrderId] = reservation;
            _age.Enqueue(reservation.OrderId);
            if (_age.Count > MaxReservations)
                _reservations.Remove(_age.Dequeue());
            return Task.FromResult(true);
        }
    }

    public Task ReleaseAsync(Guid orderId, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_reservations.Remove(orderId, out var reservation))
                _stock[reservation.Sku] += reservation.Quantity;
        }
        return Task.CompletedTask;
    }
}
