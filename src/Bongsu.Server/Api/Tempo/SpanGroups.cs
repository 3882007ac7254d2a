using Bongsu.Telemetry.Spans;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Spans of a batch by resource and scope, in the order of first appearance, as OTLP nests them. Pure.</summary>
internal static class SpanGroups
{
    public static List<(int Resource, List<(int Scope, List<int> Rows)> Scopes)> Of(SpanBatch batch, List<int> of)
    {
        var groups = new List<(int Resource, List<(int Scope, List<int> Rows)> Scopes)>();
        var places = new Dictionary<(int, int), List<int>>();
        var resources = new Dictionary<int, List<(int Scope, List<int> Rows)>>();
        foreach (var row in of)
        {
            var span = batch.Spans[row];
            if (!resources.TryGetValue(span.Resource, out var scopes))
            {
                resources[span.Resource] = scopes = [];
                groups.Add((span.Resource, scopes));
            }
            if (!places.TryGetValue((span.Resource, span.Scope), out var rows))
            {
                places[(span.Resource, span.Scope)] = rows = [];
                scopes.Add((span.Scope, rows));
            }
            rows.Add(row);
        }
        return groups;
    }
}
