namespace Bongsu.AspNetCore.Tests.Collector;

/// <summary>One span, metric or log record with what surrounds it.</summary>
internal sealed record Received(Dictionary<string, object?> Resource, string Scope, ProtoMessage Item)
{
    public Dictionary<string, object?> SpanAttributes => Item.Attributes(9);
    public Dictionary<string, object?> LogAttributes => Item.Attributes(6);
}
