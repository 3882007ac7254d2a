namespace Bongsu.Ingest.Pipeline.Limits;

/// <summary>How many label sets may be active.</summary>
/// <param name="What">What they are, for messages.</param>
/// <param name="PerMetric">Of one metric of one service.</param>
/// <param name="PerService">Of one service.</param>
/// <param name="Total">Of all services.</param>
internal sealed record ActiveLimits(string What, int PerMetric, int PerService, int Total);
