using System.Globalization;

namespace Shop.Traffic;

/// <summary>What the traffic role was asked to do.</summary>
internal sealed record TrafficOptions(Uri Gateway, double Rate, TimeSpan? Duration, int Seed)
{
    public const double DefaultRate = 8;
    public const double MaxRate = 1000;

    /// <summary>Every problem at once goes to <paramref name="problems"/>; null if there is any.</summary>
    public static TrafficOptions? Parse(IReadOnlyList<string> args, string? gatewayFromEnvironment, List<string> problems)
    {
        var options = new TrafficOptions(new Uri("http://127.0.0.1:7001"), DefaultRate, null, 1);
        if (gatewayFromEnvironment is not null)
            options = options.With("--url", gatewayFromEnvironment, problems);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 < args.Count)
                options = options.With(args[i], args[i + 1], problems);
            else
                problems.Add($"{args[i]} needs a value.");
        }
        return problems.Count == 0 ? options : null;
    }

    private TrafficOptions With(string name, string value, List<string> problems)
    {
        switch (name)
        {
            case "--url" when Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https":
                return this with { Gateway = uri };
            case "--rate" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= MaxRate:
                return this with { Rate = rate };
            case "--duration" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6:
                return this with { Duration = TimeSpan.FromSeconds(seconds) };
            case "--seed" when int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed):
                return this with { Seed = seed };
            case "--url" or "--rate" or "--duration" or "--seed":
                problems.Add($"{name}: '{value}' cannot be used.");
                return this;
            default:
                problems.Add($"{name} is unknown.");
                return this;
        }
    }
}
