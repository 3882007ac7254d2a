namespace Bongsu.Response.Red;

/// <summary>Where request figures come from, best first. One service has one source; two are never added up.</summary>
public enum RedKind
{
    /// <summary>The service's own <c>http.server.request.duration</c>.</summary>
    Native,
    /// <summary>Counted from its SERVER and CONSUMER spans.</summary>
    Spans,
    /// <summary>A metric of another convention, folded by <see cref="RedDialects"/>.</summary>
    Legacy,
    None,
}
