using Bongsu.Response.Configuration;

namespace Bongsu.Response.Catalog;

/// <summary>Reads <c>services.yaml</c>.</summary>
internal static class CatalogFile
{
    public static List<CatalogService> Parse(string file, string text, List<ConfigProblem> problems)
    {
        var services = new List<CatalogService>();
        if (YamlText.Read(file, text, problems) is not { } root)
            return services;
        foreach (var map in root.Maps("services", required: true))
        {
            var name = map.Text("name", required: true);
            var service = new CatalogService(name ?? "", map.Text("owner"), map.Text("runbook"), map.Text("dashboard"), map.Text("description", ""),
                [.. map.Texts("depends_on").Select(t => t.Text)]);
            map.End();
            if (name is null)
                continue;
            if (services.Any(s => s.Name == name))
                map.Report("name", $"service {name} stands twice", "merge the two");
            services.Add(service);
        }
        root.End();
        return services;
    }
}
