namespace Shop.Orders;

/// <summary>A paid order that waits to be shipped; the trace context of its checkout travels with it.</summary>
internal sealed record OutboxRow(long Id, Guid OrderId, string? TraceParent);
