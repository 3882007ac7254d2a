namespace Bongsu.Telemetry.Metrics;

/// <summary>What of a <see cref="SampleRun"/> is asked for, besides its first and last sample and their count; the rest may hold anything.</summary>
[Flags]
public enum RunFigures
{
    None = 0,

    /// <summary><see cref="SampleRun.Sum"/>.</summary>
    Sum = 1,

    /// <summary><see cref="SampleRun.Min"/> and <see cref="SampleRun.Max"/>.</summary>
    Extremes = 2,

    /// <summary><see cref="SampleRun.Resets"/> and <see cref="SampleRun.ResetAmount"/>.</summary>
    Resets = 4,
}
