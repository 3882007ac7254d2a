using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Bongsu.Bench.SideBySide;

/// <summary>
/// Our server beside Debian's Prometheus and VictoriaMetrics, fed with the same bytes and asked the same questions. Ingest is measured one server after the
/// other; questions go to all of them in turns.
/// </summary>
internal sealed class SideBySideBench(SideBySideOptions options, MetricDataSet data, string directory)
{
    private const int Connections = 2;
    private const double SameAnswer = 1e-9;
    private const double SimilarAnswer = 0.25;

    // CPU time is counted in hundredths of a second: of a short answer many are needed.
    private const int GrowthRepeats = 1000;

    private readonly IReadOnlyList<GrowthCase> _growth = options.Scenario.AsksForGrowth ? GrowthCase.Over(data) : [];
    private readonly List<QueryCase> _cases = options.Scenario.AsksForGrowth ? [] : [.. QueryCase.Over(data).Where(q => options.Ask.Contains(q.Name[0]))];
    private readonly Dictionary<string, ServerFigures> _figures = [];
    private readonly List<MetricServer> _servers = [];

    public static async Task<int> RunAsync(string[] args)
    {
        if (SideBySideOptions.Parse(args) is not { } options)
            return 2;
        var directory = options.Keep is { } kept ? Directory.CreateDirectory(kept).FullName : Directory.CreateTempSubdirectory("bongsu-side-by-side-").FullName;
        try
        {
            var data = options.DataSet(EndOf(directory, options.QueriesOnly));
            return await new SideBySideBench(options, data, directory).RunAsync();
        }
        finally
        {
            if (options.Keep is null)
                Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<int> RunAsync()
    {
        Console.WriteLine($"{options.Scenario.Name}: {data.Instances * MetricDataSet.SeriesPerInstance:N0} series, {data.Scrapes} scrapes, {data.Samples:N0} samples until {DateTimeOffset.FromUnixTimeMilliseconds(data.EndMs):u}");
        var names = Installed();
        foreach (var name in names)
            _figures[name] = new ServerFigures { Server = name };
        var agreed = true;
        try
        {
            if (options.QueriesOnly)
                await StartAllAsync(names);
            else
                await IngestAllAsync(names);
            if (!options.IngestOnly)
                agreed = await QueryAllAsync();
            if (_growth.Count > 0 && !options.IngestOnly)
                agreed &= await MeasureGrowthAsync();
            foreach (var server in _servers)
                await FinishAsync(server);
        }
        finally
        {
            foreach (var server in _servers)
                await server.DisposeAsync();
        }
        SideBySideReport.Print([.. _figures.Values], _cases);
        if (options.Json is { } file)
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(_figures.Values, new JsonSerializerOptions { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals }));
        return agreed ? 0 : 1;
    }

    // The end of the data is kept beside it, so that a later run asks about the same hours.
    private static long EndOf(string directory, bool isKept)
    {
        var file = Path.Combine(directory, "end-ms");
        if (isKept && File.Exists(file))
            return long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        var end = MetricDataSet.LastBoundaryMs(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        File.WriteAllText(file, end.ToString(CultureInfo.InvariantCulture));
        return end;
    }

    private List<string> Installed()
    {
        foreach (var missing in options.Only.Where(n => !MetricServer.IsInstalled(n)))
            Console.Error.WriteLine($"WARNING: {missing} is not installed and is NOT measured (apt-get install {missing})");
        return [.. options.Only.Where(MetricServer.IsInstalled)];
    }

    private async Task IngestAllAsync(List<string> names)
    {
        var bodies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(c =>
            Task.Run(() => MetricBodies.Make(Path.Combine(directory, $"bodies-{c}"), data, c, Connections))));
        Console.WriteLine($"made {bodies.Sum(b => b.Count):N0} bodies, {bodies.Sum(b => b.Bytes) / 1e6:N0} MB in snappy");
        try
        {
            foreach (var name in names)
                await IngestAsync(name, bodies);
        }
        finally
        {
            foreach (var body in bodies)
                body.Dispose();
        }
    }

    private async Task IngestAsync(string name, MetricBodies[] bodies)
    {
        var figures = _figures[name];
        if (Directory.Exists(DataOf(name)))
            Directory.Delete(DataOf(name), recursive: true);
        var server = await StartAsync(name);
        _servers.Add(server);
        await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
        figures.IdleMegabytes = server.Process.ResidentMegabytes;
        var load = new RemoteWriteLoad(server.Url + "/api/v1/write", bodies);
        var cpuBefore = server.Process.CpuSeconds;
        var running = load.RunAsync();
        var meanwhile = options.Scenario.QueriesMeanwhile ? new MixedQueries(server, data).RunAsync(running, () => load.Progress) : Task.CompletedTask;
        while (load.Progress < 0.5 && !running.IsCompleted)
            await Task.Delay(20);
        var (half, halfProgress) = (server.Process.CpuSeconds, load.Progress);
        await running;
        await meanwhile;
        var cpuSent = server.Process.CpuSeconds;
        await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2));
        figures.CpuSecondsPerMillion = (server.Process.CpuSeconds - cpuBefore) / load.Samples * 1e6;
        figures.SteadyCpuSecondsPerMillion = (cpuSent - half) / (load.Samples * (1 - halfProgress)) * 1e6;
        figures.SamplesPerSecond = load.Samples / load.Seconds;
        figures.RequestP50Ms = load.P50Ms;
        figures.RequestP99Ms = load.P99Ms;
        figures.PeakIngestMegabytes = figures.PeakMegabytes = server.Process.PeakMegabytes;
        Console.WriteLine($"{name}: {figures.CpuSecondsPerMillion:0.00} CPU-s a million samples ({figures.SteadyCpuSecondsPerMillion:0.00} in the second half), {figures.SamplesPerSecond:N0} samples/s, peak {figures.PeakMegabytes:0} MB");
    }

    private async Task StartAllAsync(List<string> names)
    {
        foreach (var name in names)
            _servers.Add(await StartAsync(name));
        foreach (var server in _servers)
            await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60));
    }

    private async Task<bool> QueryAllAsync()
    {
        var agreed = await CompareAsync(_servers, _cases);
        var timer = new QueryTimer(_servers, _cases);
        await timer.RunAsync(options.Passes);
        foreach (var server in _servers)
        {
            foreach (var question in _cases)
            {
                _figures[server.Name].QueryMs[question.Name] = timer.BestMs(server.Name, question.Name);
                _figures[server.Name].QueryCpuMs[question.Name] = timer.CpuMs(server.Name, question.Name);
            }
        }
        return agreed;
    }

    private async Task<bool> MeasureGrowthAsync()
    {
        List<QueryCase> questions = [.. _growth.SelectMany(g => g.Sizes.Select(s => s.Question))];
        var agreed = await CompareAsync(_servers, questions);
        var timer = new QueryTimer(_servers, questions, GrowthRepeats);
        await timer.RunAsync(options.Passes);
        SideBySideReport.PrintGrowth(_growth, [.. _servers.Select(s => s.Name)], timer);
        return agreed;
    }

    // Memory first: a snapshot or a restart is no part of the load.
    private async Task FinishAsync(MetricServer server)
    {
        var figures = _figures[server.Name];
        figures.PeakMegabytes = server.Process.PeakMegabytes;
        figures.ResidentMegabytes = server.Process.ResidentMegabytes;
        var clock = Stopwatch.StartNew();
        await server.Process.StopAsync();
        figures.StopSeconds = clock.Elapsed.TotalSeconds;
        clock.Restart();
        await using var again = await StartAsync(server.Name);
        figures.RestartSeconds = clock.Elapsed.TotalSeconds;
        var (bytes, how) = await again.StoredBytesAsync();
        figures.BytesPerSample = (double)bytes / data.Samples;
        figures.BytesCounted = how;
        await again.Process.StopAsync();
    }

    // Ours has to equal Prometheus; VictoriaMetrics' rate() is another function by design, so it only has to be similar.
    // Where series begin at zero, Prometheus 2 extrapolates otherwise than Prometheus 3 and we do, so there is nothing to compare to.
    private async Task<bool> CompareAsync(IReadOnlyList<MetricServer> servers, IReadOnlyList<QueryCase> cases)
    {
        var agreed = true;
        if (data.Churns || servers.FirstOrDefault(s => s.Name == MetricServer.Bongsu) is not { } ours)
            return agreed;
        foreach (var question in cases)
        {
            var answer = await Answer.OfAsync(ours, question);
            if (answer.Count == 0)
                agreed = Complain($"WRONG: our answer to {question.Name} is empty");
            foreach (var peer in servers.Where(s => s != ours))
            {
                var theirs = await Answer.OfAsync(peer, question);
                if (peer.Name == MetricServer.Prometheus && answer.DifferenceFrom(theirs, SameAnswer) is { } difference)
                    agreed = Complain($"WRONG: our answer to {question.Name} is not that of {peer.Name}: {difference}");
                else if (peer.Name != MetricServer.Prometheus && (Math.Abs(answer.Count - theirs.Count) > answer.Count / 20 || answer.MedianDifference(theirs) is not <= SimilarAnswer))
                    Complain($"note: {peer.Name} answers {question.Name} otherwise: {theirs.Count} points against {answer.Count}, median difference {answer.MedianDifference(theirs):P1}");
            }
        }
        return agreed;
    }

    private static bool Complain(string text)
    {
        Console.Error.WriteLine(text);
        return false;
    }

    private string DataOf(string name) => Path.Combine(directory, name);

    private Task<MetricServer> StartAsync(string name) => MetricServer.StartAsync(name, DataOf(name), options.Scenario, options.Settings);
}
