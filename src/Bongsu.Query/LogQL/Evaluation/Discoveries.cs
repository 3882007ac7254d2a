using Bongsu.Query.LogQL.Parsing;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>Decides what a query asks to be found out. Pure.</summary>
internal static class Discoveries
{
    /// <summary>
    /// Service and level show where a query names them. Ids are found in lines only for who asks for discovered labels: a plain Loki query for <c>trace_id</c>
    /// means structured metadata. Of metric queries only what is named, since every label more is a series more.
    /// </summary>
    public static Discovery Of(LogQlExpr expr, bool isAsked)
    {
        var isLines = isAsked && expr is LogExpr;
        var found = isAsked || LogQlNames.Mentions(expr, LabelNames.ServiceName) ? Discovery.Service : Discovery.None;
        if (isLines)
            found |= Discovery.Level;
        if (LogQlNames.Mentions(expr, DiscoveredFields.LevelName))
            found |= Discovery.Level | Discovery.Unknown;
        if (isLines || (isAsked && (LogQlNames.Mentions(expr, DiscoveredFields.TraceName) || LogQlNames.Mentions(expr, DiscoveredFields.SpanName))))
            found |= Discovery.Ids;
        return found;
    }

    /// <summary>The labels of records that this concerns; the service is one of streams.</summary>
    public static IReadOnlyList<string> Names(Discovery discovery) =>
    [
        .. discovery.HasFlag(Discovery.Level) ? [DiscoveredFields.LevelName] : (ReadOnlySpan<string>)[],
        .. discovery.HasFlag(Discovery.Ids) ? [DiscoveredFields.TraceName, DiscoveredFields.SpanName] : (ReadOnlySpan<string>)[],
    ];
}
