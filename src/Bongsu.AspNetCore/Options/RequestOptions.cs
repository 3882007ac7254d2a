namespace Bongsu.AspNetCore;

/// <summary>What is recorded about each request. The query string never is.</summary>
public sealed class RequestOptions
{
    /// <summary>Off: no request id, no summary line, and spans stay as the framework makes them.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>One structured record per request.</summary>
    public bool Summary { get; set; } = true;

    /// <summary>Path prefixes of requests that leave no span, metric or summary line.</summary>
    public IList<string> IgnoredPaths { get; } = [];

    /// <summary>Request headers copied to the server span as <c>http.request.header.NAME</c>. Names of secret-bearing headers are refused.</summary>
    public IList<string> CapturedHeaders { get; } = [];
}
