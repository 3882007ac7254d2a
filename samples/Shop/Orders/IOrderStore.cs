namespace Shop.Orders;

/// <summary>Keeps orders and, in the same step, the outbox rows that say what is still to be shipped.</summary>
internal interface IOrderStore
{
    Task AddAsync(Order order, string? traceParent, CancellationToken cancellation);
    Task<Order?> FindAsync(Guid id, CancellationToken cancellation);
}
