using System.Diagnostics;

namespace Bongsu.Bench.SideBySide;

/// <summary>Asks every server every question in turns, pass after pass, so that what else the machine does hits all alike; of each the best median of a pass counts.</summary>
internal sealed class QueryTimer(IReadOnlyList<MetricServer> servers, IReadOnlyList<QueryCase> cases, int maxRepeats = QueryTimer.MaxRepeats)
{
    private const int MinRepeats = 3;
    public const int MaxRepeats = 25;
    private static readonly TimeSpan EnoughPerPass = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<(string Server, string Case), double> _bestMs = [];

    public double BestMs(string server, string name) => _bestMs.GetValueOrDefault((server, name), double.NaN);

    /// <summary>CPU time of a server for one answer on the mean over all passes, which waiting for a core does not change.</summary>
    public double CpuMs(string server, string name) => _cpu.TryGetValue((server, name), out var c) ? c.Seconds * 1000 / c.Answers : double.NaN;

    private readonly Dictionary<(string Server, string Case), (double Seconds, int Answers)> _cpu = [];

    public async Task RunAsync(int passes)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        for (var pass = 0; pass < passes; pass++)
        {
            foreach (var question in cases)
            {
                foreach (var server in servers)
                    await MeasureAsync(http, server, question, countsCpu: pass > 0);
            }
        }
    }

    private async Task MeasureAsync(HttpClient http, MetricServer server, QueryCase question, bool countsCpu)
    {
        var key = (server.Name, question.Name);
        var times = new List<double>();
        var cpuBefore = server.Process.CpuSeconds;
        var clock = Stopwatch.StartNew();
        while (times.Count < MinRepeats || (times.Count < maxRepeats && clock.Elapsed < EnoughPerPass))
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(server.Url + question.PathAndQuery);
            var answer = await response.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"{server.Name} answered {(int)response.StatusCode} to {question.Name}: {System.Text.Encoding.UTF8.GetString(answer)}");
        }
        var best = BestMs(server.Name, question.Name);
        var median = Figures.Median(times);
        _bestMs[key] = best < median ? best : median;
        if (countsCpu)
        {
            var (seconds, answers) = _cpu.GetValueOrDefault(key);
            _cpu[key] = (seconds + server.Process.CpuSeconds - cpuBefore, answers + times.Count);
        }
    }
}
