using System.Globalization;

namespace Bongsu.Bench.SideBySide;

/// <summary>The table of figures and ratios: ours over each peer, and the verdict where there is a goal.</summary>
internal static class SideBySideReport
{
    public static void Print(IReadOnlyList<ServerFigures> servers, IReadOnlyList<QueryCase> cases)
    {
        Console.WriteLine();
        Console.WriteLine($"{"figure",-44}{string.Concat(servers.Select(s => $"{s.Server,18}"))}{"÷ prometheus",14}{"÷ victoria",12}{"÷ faster",10}{"must",7}{"aim",6}");
        Row(servers, "ingest CPU-s per million samples", s => s.CpuSecondsPerMillion, Goal.OverVictoria(0.8, 0.5));
        Row(servers, "  second half of the samples only", s => s.SteadyCpuSecondsPerMillion);
        Row(servers, "samples/s (wall, sender beside)", s => s.SamplesPerSecond);
        Row(servers, "request p50 ms", s => s.RequestP50Ms);
        Row(servers, "request p99 ms", s => s.RequestP99Ms);
        Row(servers, "bytes per sample on disk, index included", s => s.BytesPerSample, Goal.OverVictoria(1.0, 0.8));
        Row(servers, "idle memory MB", s => s.IdleMegabytes);
        Row(servers, "peak memory MB, ingest", s => s.PeakIngestMegabytes);
        Row(servers, "peak memory MB, ingest and queries", s => s.PeakMegabytes, Goal.OverVictoria(1.3, 1.0));
        Row(servers, "memory MB at the end", s => s.ResidentMegabytes);
        Row(servers, "stop s", s => s.StopSeconds);
        Row(servers, "start again to ready s", s => s.RestartSeconds);
        foreach (var question in cases)
            Row(servers, $"{question.Name}, ms", s => s.QueryMs.GetValueOrDefault(question.Name, double.NaN), Goal.OverFaster(question.Must, question.Aim));
        foreach (var question in cases)
            Row(servers, $"  CPU ms of {question.Name[0]}", s => s.QueryCpuMs.GetValueOrDefault(question.Name, double.NaN));
        foreach (var server in servers.Where(s => s.BytesCounted.Length > 0))
            Console.WriteLine($"bytes of {server.Server}: {server.BytesCounted}");
    }

    /// <summary>CPU time of an answer at each size, and by how much it grew over the size before: ten times the series and twice the samples should cost no more than that.</summary>
    public static void PrintGrowth(IReadOnlyList<GrowthCase> cases, IReadOnlyList<string> servers, QueryTimer timer)
    {
        Console.WriteLine();
        Console.WriteLine($"{"CPU ms of an answer",-48}{"size",16}{string.Concat(servers.Select(s => $"{s,18}{"grew",9}"))}{"size grew",11}");
        foreach (var growth in cases)
        {
            for (var i = 0; i < growth.Sizes.Count; i++)
            {
                var (size, name, question) = growth.Sizes[i];
                var before = i == 0 ? null : growth.Sizes[i - 1].Question.Name;
                var columns = servers.Select(s => $"{Text(timer.CpuMs(s, question.Name)),18}{Times(before is null ? double.NaN : timer.CpuMs(s, question.Name) / timer.CpuMs(s, before)),9}");
                Console.WriteLine($"{(i == 0 ? growth.Name : ""),-48}{name,16}{string.Concat(columns)}{Times(before is null ? double.NaN : size / growth.Sizes[i - 1].Size),11}");
            }
        }

        static string Times(double value) => double.IsNaN(value) ? "" : "×" + Text(value);
    }

    private static void Row(IReadOnlyList<ServerFigures> servers, string name, Func<ServerFigures, double> figure, Goal? goal = null)
    {
        var ours = Of(MetricServer.Bongsu);
        var prometheus = Of(MetricServer.Prometheus);
        var victoria = Of(MetricServer.VictoriaMetrics);
        if (servers.All(s => double.IsNaN(figure(s))))
            return;
        var faster = double.IsNaN(prometheus) || victoria < prometheus ? victoria : prometheus;
        var judged = ours / (goal?.IsOverFaster == true ? faster : victoria);
        var verdict = goal is null || double.IsNaN(judged) ? "" : judged <= goal.Aim ? "  aim" : judged <= goal.Must ? "  must" : "  MISSED";
        Console.WriteLine($"{name,-44}{string.Concat(servers.Select(s => $"{Text(figure(s)),18}"))}{Ratio(ours / prometheus),14}{Ratio(ours / victoria),12}{Ratio(goal?.IsOverFaster == true ? ours / faster : double.NaN),10}{Ratio(goal?.Must ?? double.NaN),7}{Ratio(goal?.Aim ?? double.NaN),6}{verdict}");

        double Of(string server) => servers.FirstOrDefault(s => s.Server == server) is { } found ? figure(found) : double.NaN;
    }

    private static string Text(double value) => double.IsNaN(value) ? "-" : value.ToString(value >= 100 ? "N0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => double.IsNaN(value) ? "" : value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>The ratio that must be met and the one aimed at, over VictoriaMetrics or over the faster peer.</summary>
    private sealed record Goal(double Must, double Aim, bool IsOverFaster)
    {
        public static Goal OverVictoria(double must, double aim) => new(must, aim, IsOverFaster: false);

        public static Goal OverFaster(double must, double aim) => new(must, aim, IsOverFaster: true);
    }
}
