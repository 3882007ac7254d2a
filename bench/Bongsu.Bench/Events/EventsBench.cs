using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bongsu.Bench.SideBySide;
using Bongsu.Storage;

namespace Bongsu.Bench.Events;

/// <summary>
/// Our event engine as a whole server, fed with logs and then with spans, stopped, sealed, started again and asked. What a quiet run of the peers gave on a
/// corpus of the same kind stands beside our figures as orientation.
/// </summary>
internal sealed class EventsBench(EventsOptions options, string directory)
{
    private const int WarmUps = 2;
    private const int Repeats = 7;
    private static readonly TimeSpan EnoughForCpu = TimeSpan.FromMilliseconds(400);

    private readonly List<EventFigure> _figures = [];
    private bool _isRight = true;

    public static async Task<int> RunAsync(string[] args)
    {
        if (EventsOptions.Parse(args) is not { } options)
            return 2;
        foreach (var variable in (string[])["LOKI_BIN", "VICTORIA_LOGS_BIN", "TEMPO_BIN"])
        {
            Console.WriteLine(File.Exists(Environment.GetEnvironmentVariable(variable))
                ? $"{variable} names a program, which this bench does not run yet: NOT measured."
                : $"{variable} names no program: absent, NOT measured.");
        }
        Console.WriteLine("The reference column is a quiet run of the peers on a corpus of the same kind, for orientation only.");
        if (options.ScaleMillions.Count == 0)
            return await InDirectoryAsync(options.Keep, d => new EventsBench(options, d).RunAsync());
        var worst = 0;
        foreach (var millions in options.ScaleMillions)
            worst = Math.Max(worst, await InDirectoryAsync(null, d => new EventsBench(options, d).AtAsync(millions * 1_000_000)));
        return worst;
    }

    private static async Task<int> InDirectoryAsync(string? kept, Func<string, Task<int>> run)
    {
        var directory = kept is not null ? Directory.CreateDirectory(kept).FullName : Directory.CreateTempSubdirectory("bongsu-events-").FullName;
        try
        {
            return await run(directory);
        }
        finally
        {
            if (kept is null)
                Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<int> RunAsync()
    {
        if (options.Logs)
            await LogsAsync(options.Lines);
        if (options.Spans)
            await SpansAsync(options.SpanCount);
        return Print();
    }

    private async Task<int> AtAsync(int size)
    {
        Console.WriteLine($"\n{size:N0} lines or spans");
        if (options.Logs)
            await LogsAsync(size);
        if (options.Spans)
            await SpansAsync(size);
        return Print();
    }

    private int Print()
    {
        EventFigure.PrintHead("reference");
        foreach (var figure in _figures)
            figure.Print();
        return _isRight ? 0 : 1;
    }

    private async Task LogsAsync(int lines)
    {
        var data = Path.Combine(directory, "logs");
        var corpus = new LogCorpus(lines, options.Users, EndNanos(data));
        if (options.QueriesOnly)
            LogLoad.CountOnly(corpus);
        else
        {
            await IngestLogsAsync(data, corpus);
        }
        if (!options.IngestOnly)
        {
            await AskAsync(data, EventQuestion.OfLogs(corpus));
            await AskStoreAsync(data, corpus);
        }
    }

    private async Task IngestLogsAsync(string data, LogCorpus corpus)
    {
        var (cpu, peak, idle, p99, seconds) = await IngestAsync(data, async server =>
        {
            var load = new LogLoad(corpus, server.Web + "/loki/api/v1/push");
            await load.RunAsync();
            return (load.P99Ms, load.Seconds);
        });
        var gigabytes = corpus.RawBytes / 1e9;
        Console.WriteLine($"{corpus.Lines:N0} lines, {corpus.RawBytes / 1e6:N1} MB raw, {(double)corpus.RawBytes / corpus.Lines:0} B a line");
        _figures.Add(new("log ingest, CPU-s per GB raw", cpu / gigabytes, 25.6, 26, 15, IsAbsolute: true, "Loki, snappy chunks; VictoriaLogs 49.2"));
        _figures.Add(new("log ingest, raw MB/s (wall)", corpus.RawBytes / 1e6 / seconds, 38.2));
        _figures.Add(new("log request p99 ms", p99));
        _figures.Add(new("bytes on disk per raw byte", (double)Size(data) / corpus.RawBytes, 0.143, 1, 0.8, Note: "VictoriaLogs"));
        _figures.Add(new("peak memory MB, log ingest", peak, 325, 1, 0.7, Note: $"VictoriaLogs; ours idle {idle:0}"));
    }

    private async Task SpansAsync(int spans)
    {
        var data = Path.Combine(directory, "spans");
        var end = EndNanos(data);
        var load = new SpanLoad(spans, options.SpanUsers, end);
        if (options.QueriesOnly)
            load.CountOnly();
        else
            await IngestSpansAsync(data, load);
        if (!options.IngestOnly)
            await AskAsync(data, EventQuestion.OfSpans(load, end));
    }

    private async Task IngestSpansAsync(string data, SpanLoad load)
    {
        var (cpu, peak, idle, p99, seconds) = await IngestAsync(data, async server =>
        {
            await load.RunAsync(server.OtlpHttp + "/v1/traces");
            return (load.P99Ms, load.Seconds);
        });
        var spans = (double)load.Traces * SpanLoad.SpansPerTrace;
        Console.WriteLine($"{spans:N0} spans, {load.WireBytes / spans:0.0} B each on the wire");
        _figures.Add(new("span ingest, CPU-s per million", cpu / spans * 1e6, 29.3, 0.5, 0.25, Note: "Tempo with flushing; 10.6 to accept only; ours includes sealing"));
        _figures.Add(new("span ingest, spans/s (wall)", spans / seconds, 135_700));
        _figures.Add(new("span request p99 ms", p99));
        _figures.Add(new("bytes on disk per span", Size(data) / spans, 87.3, 1, 0.7, Note: "Tempo"));
        _figures.Add(new("peak memory MB, span ingest", peak, 1030, 1, 0.7, Note: $"Tempo; ours idle {idle:0}"));
    }

    // CPU counts until the server is quiet, and what it takes to seal the rest afterwards.
    private async Task<(double CpuSeconds, double PeakMegabytes, double IdleMegabytes, double P99Ms, double Seconds)> IngestAsync(
        string data, Func<ServerUnderTest, Task<(double P99Ms, double Seconds)>> load)
    {
        double cpu, peak, idle, p99, seconds;
        await using (var server = await ServerUnderTest.StartAsync(data, [.. options.Settings]))
        {
            await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
            idle = server.Process.ResidentMegabytes;
            var before = server.Process.CpuSeconds;
            (p99, seconds) = await load(server);
            await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(2));
            cpu = server.Process.CpuSeconds - before;
            peak = server.Process.PeakMegabytes;
            await server.Process.StopAsync();
        }
        return (cpu + await SealAsync(data), peak, idle, p99, seconds);
    }

    private static async Task<double> SealAsync(string data)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await using (var store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = data }, TimeProvider.System, Console.WriteLine, default))
            store.SealAll();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }

    private async Task AskAsync(string data, IReadOnlyList<EventQuestion> questions)
    {
        await using var server = await ServerUnderTest.StartAsync(data, [.. options.Settings]);
        await server.Process.UntilQuietAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(3) };
        foreach (var question in questions.Where(q => options.Ask.Contains(q.Name[0])))
            await AskAsync(http, server, question);
        _figures.Add(new("peak memory MB, queries", server.Process.PeakMegabytes));
        await server.Process.StopAsync();
    }

    private async Task AskAsync(HttpClient http, ServerUnderTest server, EventQuestion question)
    {
        var times = new List<double>();
        for (var i = 0; i < WarmUps; i++)
            await http.GetByteArrayAsync(server.Web + question.PathAndQuery);
        var cpu = server.Process.CpuSeconds;
        var clock = Stopwatch.StartNew();
        byte[] answer = [];
        while (times.Count < Repeats || (clock.Elapsed < EnoughForCpu && times.Count < 100))
        {
            var started = Stopwatch.GetTimestamp();
            answer = await http.GetByteArrayAsync(server.Web + question.PathAndQuery);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        cpu = (server.Process.CpuSeconds - cpu) / times.Count * 1000;
        var timed = times.Take(Repeats).ToList();
        using var json = JsonDocument.Parse(answer);
        var count = question.Count(json.RootElement);
        if (question.Expected >= 0 ? count != question.Expected : count <= 0)
        {
            _isRight = false;
            Console.Error.WriteLine($"WRONG: {question.Name} counts {count}, not {(question.Expected < 0 ? "something" : question.Expected)}");
        }
        _figures.Add(new($"{question.Name}, ms", Figures.Median(timed), question.ReferenceMs, question.Must, question.Aim,
            Note: string.Create(CultureInfo.InvariantCulture, $"max {timed.Max():0.0}, CPU {cpu:0.0}, answer {count:N0}")));
    }

    private async Task AskStoreAsync(string data, LogCorpus corpus)
    {
        await using var store = await DiskStore.OpenAsync(new DiskStoreOptions { Directory = data }, TimeProvider.System, Console.WriteLine, default);
        foreach (var question in StoreQuestion.Of(corpus).Where(q => options.Ask.Contains(q.Name["store ".Length], StringComparison.OrdinalIgnoreCase)))
        {
            for (var i = 0; i < WarmUps; i++)
                await question.CountAsync(store);
            var times = new List<double>();
            var (count, cpu) = (0, Process.GetCurrentProcess().TotalProcessorTime);
            for (var i = 0; i < Repeats; i++)
            {
                var started = Stopwatch.GetTimestamp();
                count = await question.CountAsync(store);
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
            if (!double.IsNaN(question.Expected) && count != question.Expected)
            {
                _isRight = false;
                Console.Error.WriteLine($"WRONG: {question.Name} counts {count}, not {question.Expected}");
            }
            _figures.Add(new($"{question.Name}, ms", Figures.Median(times),
                Note: string.Create(CultureInfo.InvariantCulture, $"CPU {(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / Repeats:0.0}, records {count:N0}")));
        }
    }

    // The end of the data is kept beside it, so that a later run asks about the same hours.
    private long EndNanos(string data)
    {
        Directory.CreateDirectory(data);
        var file = Path.Combine(directory, "end-nanos");
        if (options.QueriesOnly && File.Exists(file))
            return long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 300 * 300 * 1_000_000_000L;
        File.WriteAllText(file, end.ToString(CultureInfo.InvariantCulture));
        return end;
    }

    private static long Size(string directory) => new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
}
