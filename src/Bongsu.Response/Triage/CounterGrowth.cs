using Bongsu.Response.Red;

namespace Bongsu.Response.Triage;

/// <summary>
/// Adds the growth of a counter to bins. A reset counts from zero. A series that begins while its service already sends telemetry began at zero, so
/// its first value is growth too: without it, a new version's or a new error's first interval would be lost.
/// </summary>
internal static class CounterGrowth
{
    /// <param name="beganMs">When the owner of the series began to send; a first sample later than this is growth.</param>
    public static void Add(double[] bins, BinGrid grid, IReadOnlyList<long> timesMs, IReadOnlyList<double> values, double scale, long beganMs)
    {
        for (var i = 0; i < values.Count; i++)
        {
            double growth;
            if (i > 0)
                growth = values[i] >= values[i - 1] ? values[i] - values[i - 1] : values[i];
            else if (timesMs[0] > beganMs)
                growth = values[0];
            else
                continue;
            var bin = grid.IndexOf(timesMs[i]);
            if (bin >= 0 && growth > 0)
                bins[bin] += growth * scale;
        }
    }
}
