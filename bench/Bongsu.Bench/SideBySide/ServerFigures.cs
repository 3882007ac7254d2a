namespace Bongsu.Bench.SideBySide;

/// <summary>What was measured of one server; NaN is what was not measured.</summary>
internal sealed record ServerFigures
{
    public required string Server { get; init; }
    public double CpuSecondsPerMillion { get; set; } = double.NaN;

    /// <summary>The same while the second half of the samples came, without what follows: how it goes on once the runtime has compiled its code.</summary>
    public double SteadyCpuSecondsPerMillion { get; set; } = double.NaN;
    public double SamplesPerSecond { get; set; } = double.NaN;
    public double RequestP50Ms { get; set; } = double.NaN;
    public double RequestP99Ms { get; set; } = double.NaN;
    public double IdleMegabytes { get; set; } = double.NaN;
    public double PeakIngestMegabytes { get; set; } = double.NaN;
    public double PeakMegabytes { get; set; } = double.NaN;
    public double ResidentMegabytes { get; set; } = double.NaN;
    public double StopSeconds { get; set; } = double.NaN;
    public double RestartSeconds { get; set; } = double.NaN;
    public double BytesPerSample { get; set; } = double.NaN;
    public string BytesCounted { get; set; } = "";
    public Dictionary<string, double> QueryMs { get; } = [];
    public Dictionary<string, double> QueryCpuMs { get; } = [];
}
