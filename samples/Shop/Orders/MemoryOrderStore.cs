using System.Collections.Concurrent;
using Shop.Worker;

namespace Shop.Orders;

/// <summary>Orders without a database: the newest only, gone with the process.</summary>
internal sealed class MemoryOrderStore : IOrderStore, IOutbox
{
    private const int MaxOrders = 10_000;

    private readonly ConcurrentDictionary<Guid, Order> _orders = new();
    private readonly ConcurrentQueue<Guid> _age = new();
    private readonly ConcurrentQueue<OutboxRow> _outbox = new();
    private readonly ConcurrentDictionary<long, Guid> _claimed = new();
    private long _lastId;

    public Task AddAsync(Order order, string? traceParent, CancellationToken cancellation)
    {
        _orders[order.Id] = order;
        _age.Enqueue(order.Id);
        _outbox.Enqueue(new OutboxRow(Interlocked.Increment(ref _lastId), order.Id, traceParent));
        while (_age.Count > MaxOrders && _age.TryDequeue(out var oldest))
            _orders.TryRemove(oldest, out _);
        while (_outbox.Count > MaxOrders)
            _outbox.TryDequeue(out _);
        return Task.CompletedTask;
    }

    public Task<Order?> FindAsync(Guid id, CancellationToken cancellation) => Task.FromResult(_orders.GetValueOrDefault(id));

    public Task<IReadOnlyList<OutboxRow>> ClaimAsync(int max, CancellationToken cancellation)
    {
        var rows = new List<OutboxRow>();
        while (rows.Count < max && _outbox.TryDequeue(out var row))
        {
            _claimed[row.Id] = row.OrderId;
            rows.Add(row);
        }
        return Task.FromResult<IReadOnlyList<OutboxRow>>(rows);
    }

    public Task ShippedAsync(OutboxRow row, CancellationToken cancellation)
    {
        if (_claimed.TryRemove(row.Id, out var id) && _orders.TryGetValue(id, out var order))
            _orders[id] = order with { Status = "shipped" };
        return Task.CompletedTask;
    }
}
