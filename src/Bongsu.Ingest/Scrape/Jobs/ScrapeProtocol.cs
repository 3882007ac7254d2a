namespace Bongsu.Ingest.Scrape.Jobs;

/// <summary>A form of exposition as scrape_protocols names it.</summary>
public enum ScrapeProtocol : byte
{
    PrometheusProto,
    OpenMetricsText1_0_0,
    OpenMetricsText0_0_1,
    PrometheusText1_0_0,
    PrometheusText0_0_4,
}
