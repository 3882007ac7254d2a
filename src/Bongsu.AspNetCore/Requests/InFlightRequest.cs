using Microsoft.AspNetCore.Http;

namespace Bongsu.AspNetCore.Requests;

/// <summary>A request being served.</summary>
internal sealed class InFlightRequest(HttpContext context, string requestId, long startTimestamp)
{
    public HttpContext Context { get; } = context;
    public string RequestId { get; } = requestId;
    public long StartTimestamp { get; } = startTimestamp;
}
