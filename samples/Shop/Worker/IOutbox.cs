using Shop.Orders;

namespace Shop.Worker;

/// <summary>Paid orders that wait to be shipped.</summary>
internal interface IOutbox
{
    Task<IReadOnlyList<OutboxRow>> ClaimAsync(int max, CancellationToken cancellation);
    Task ShippedAsync(OutboxRow row, CancellationToken cancellation);
}
