using System.Diagnostics;
using Shop.Orders;
using Shop.Peers;

namespace Shop.Worker;

/// <summary>The outbox of an orders service that has no database.</summary>
internal sealed class HttpOutbox([FromKeyedServices("orders")] PeerClient orders) : IOutbox
{
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(int max, CancellationToken cancellation)
    {
        // Why: an unsampled parent. Polling belongs to no checkout; as traces of its own it would bury the others.
        using var poll = new Activity("outbox poll").Start();
        using var response = await orders.PostAsync("/outbox/claim", max, cancellation);
        PeerFailures.ThrowIfFailed(response, orders.Name);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<OutboxRow[]>(cancellation) ?? [] : [];
    }

    public async Task ShippedAsync(OutboxRow row, CancellationToken cancellation)
    {
        using var response = await orders.PostAsync("/outbox/shipped", row, cancellation);
        PeerFailures.ThrowIfFailed(response, orders.Name);
    }
}
