namespace Shop.Inventory;

/// <summary>How many of each product there are. Stock that runs low is delivered anew at once, so the shop never sells out.</summary>
internal interface IStockStore
{
    Task<Stock?> FindAsync(string sku, CancellationToken cancellation);

    /// <summary>False if there is no such product or not enough of it.</summary>
    Task<bool> ReserveAsync(Reservation reservation, CancellationToken cancellation);

    Task ReleaseAsync(Guid orderId, CancellationToken cancellation);
}
