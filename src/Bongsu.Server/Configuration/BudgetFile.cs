using System.Globalization;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads budgets.yaml of the configuration folder: what services may send of logs and spans on one day.</summary>
internal static class BudgetFile
{
    public const string Name = "budgets.yaml";

    private const int MaxServices = 1_000;

    public static BudgetRules Read(string directory, List<ConfigProblem> problems)
    {
        if (ConfigurationFile.Open(directory, Name, problems) is not { } root)
            return BudgetRules.None;
        var defaults = root.Map("defaults");
        var rules = new BudgetRules(Budget(defaults?.Map("logs")) ?? DailyBudget.None, Budget(defaults?.Map("traces")) ?? DailyBudget.None, Services(root));
        defaults?.End();
        root.End();
        return rules;
    }

    private static Dictionary<string, ServiceBudgets> Services(YamlMap root)
    {
        var services = new Dictionary<string, ServiceBudgets>(StringComparer.Ordinal);
        var maps = root.Maps("services");
        if (maps.Count > MaxServices)
            root.Report("services", $"has {maps.Count} entries; the limit is {MaxServices}", "put what most share into defaults:");
        foreach (var map in maps.Take(MaxServices))
        {
            var service = map.Text("service", required: true);
            var budgets = new ServiceBudgets(Budget(map.Map("logs")), Budget(map.Map("traces")));
            map.End();
            if (service is not null && !services.TryAdd(service, budgets))
                map.Report("service", $"\"{YamlMap.Short(service)}\" has a budget already", "put logs: and traces: into one entry");
        }
        return services;
    }

    private static DailyBudget? Budget(YamlMap? map)
    {
        if (map is null)
            return null;
        var action = map.OneOf("action", "warn", "sample", "refuse");
        var budget = new DailyBudget
        {
            Bytes = Bytes(map),
            Records = Records(map),
            Action = action switch { "sample" => BudgetAction.Sample, "refuse" => BudgetAction.Refuse, _ => BudgetAction.Warn },
        };
        if (map.Has("keep", isKnown: true))
            budget = budget with { Keep = Share(map) };
        if (map.Duration("slow") is { } slow)
            budget = budget with { Slow = slow };
        foreach (var key in (string[])["keep", "slow"])
        {
            if (action != "sample" && map.Has(key))
                map.Report(key, $"means nothing with action {action}", "write action: sample, or leave it out");
        }
        map.End();
        return budget;
    }

    private static long Bytes(YamlMap map)
    {
        // "none" lifts the default for one service.
        if (map.Text("bytes") is not { } text || text == "none")
            return 0;
        if (Units.TryParseBytes(text, out var bytes) && bytes > 0)
            return bytes;
        map.Report("bytes", $"\"{YamlMap.Short(text)}\" is no size above zero", "write it as 500MiB or 10GB, or none");
        return 0;
    }

    private static long Records(YamlMap map)
    {
        if (map.Text("records") is not { } text || text == "none")
            return 0;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var records) && records is > 0 and <= 1L << 50)
            return records;
        map.Report("records", $"\"{YamlMap.Short(text)}\" is no whole number above zero", "write it as 5000000, or none");
        return 0;
    }

    private static double Share(YamlMap map)
    {
        var text = map.Text("keep") ?? "";
        var isPercent = text.EndsWith('%');
        if (double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && (share /= isPercent ? 100 : 1) is >= 0 and <= 1)
            return share;
        map.Report("keep", $"\"{YamlMap.Short(text)}\" is no share", "write it as 10% or 0.1");
        return 0;
    }
}
