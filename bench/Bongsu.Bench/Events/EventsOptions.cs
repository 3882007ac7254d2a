using System.Globalization;

namespace Bongsu.Bench.Events;

/// <summary>What was asked for on the command line.</summary>
internal sealed record EventsOptions
{
    public const string Usage = """
        usage: bench/events-side-by-side [--only logs|spans] [--lines N] [--spans N] [--users N] [--scale 1,4,16]
                                         [--keep DIR [--queries-only]] [--ask LETTERS] [--ingest-only] [--set FLAG=VALUE]
          --lines         2000000 unless said otherwise
          --spans         1000000 unless said otherwise
          --users         distinct user ids, 20000 in lines and 100000 in spans unless said otherwise (1000000: a field of high cardinality)
          --scale         over so many million lines and spans each, one after the other
          --keep          keep the data in DIR; with --queries-only, ask what an earlier run with the same sizes kept there
          --ask           which of the questions, as --ask acf; a capital asks the store alone
          --set           a setting of our server, as --set redact=off
        """;

    public bool Logs { get; private set; } = true;
    public bool Spans { get; private set; } = true;
    public int Lines { get; private set; } = 2_000_000;
    public int SpanCount { get; private set; } = 1_000_000;
    public int Users { get; private set; } = 20_000;
    public int SpanUsers { get; private set; } = 100_000;
    public IReadOnlyList<int> ScaleMillions { get; private set; } = [];
    public string? Keep { get; private set; }
    public bool QueriesOnly { get; private set; }
    public bool IngestOnly { get; private set; }
    public string Ask { get; private set; } = "abcdefghijklmnopqrstuvwxyz";
    public List<string> Settings { get; } = [];

    /// <summary>Null, after saying why, of arguments that are not understood.</summary>
    public static EventsOptions? Parse(string[] args)
    {
        var options = new EventsOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (options.TrySwitch(args[i]))
                continue;
            if (i + 1 < args.Length && options.TryValue(args[i], args[i + 1]))
            {
                i++;
                continue;
            }
            Console.Error.WriteLine($"not understood: {args[i]}\n{Usage}");
            return null;
        }
        return options;
    }

    private bool TrySwitch(string name)
    {
        switch (name)
        {
            case "--queries-only": QueriesOnly = true; return true;
            case "--ingest-only": IngestOnly = true; return true;
            default: return false;
        }
    }

    private bool TryValue(string name, string value)
    {
        switch (name)
        {
            case "--only": (Logs, Spans) = (value == "logs", value == "spans"); return Logs || Spans;
            case "--lines": return TryCount(value, n => Lines = n);
            case "--spans": return TryCount(value, n => SpanCount = n);
            case "--users": return TryCount(value, n => (Users, SpanUsers) = (n, n));
            case "--scale": ScaleMillions = [.. value.Split(',').Select(n => int.TryParse(n, CultureInfo.InvariantCulture, out var millions) ? millions : 0)]; return ScaleMillions.All(n => n > 0);
            case "--keep": Keep = value; return true;
            case "--ask": Ask = value; return true;
            case "--set": Settings.AddRange(["--" + value.Split('=')[0], value[(value.IndexOf('=') + 1)..]]); return value.Contains('=');
            default: return false;
        }
    }

    private static bool TryCount(string value, Action<int> set)
    {
        if (!int.TryParse(value, CultureInfo.InvariantCulture, out var count) || count < 1)
            return false;
        set(count);
        return true;
    }
}
