using System.Text;
using Bongsu.Ingest.Scrape.Jobs;

namespace Bongsu.Ingest.Scrape.Fetch;

/// <summary>What a target is asked for: the forms in order of preference, as q-values. Pure.</summary>
internal static class AcceptHeader
{
    public static string Of(IReadOnlyList<ScrapeProtocol> protocols)
    {
        var text = new StringBuilder();
        var weight = protocols.Count + 1;
        foreach (var protocol in protocols)
            text.Append(MediaTypeOf(protocol)).Append(";q=0.").Append(weight--).Append(',');
        return text.Append("*/*;q=0.").Append(weight).ToString();
    }

    private static string MediaTypeOf(ScrapeProtocol protocol) => protocol switch
    {
        ScrapeProtocol.PrometheusProto => "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
        ScrapeProtocol.OpenMetricsText1_0_0 => "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8",
        ScrapeProtocol.OpenMetricsText0_0_1 => "application/openmetrics-text;version=0.0.1",
        ScrapeProtocol.PrometheusText1_0_0 => "text/plain;version=1.0.0;escaping=allow-utf-8",
        _ => "text/plain;version=0.0.4",
    };
}
