using Bongsu.Response.Configuration;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Runbooks;

/// <summary>The runbooks people wrote, and a draft for each objective without one. Thread-safe.</summary>
public sealed class RunbookLibrary
{
    private readonly Func<ResponseDefinitions> _definitions;
    private readonly Func<string, string?> _firstQuery;

    /// <param name="firstQuery">The burn query of an objective, by its id.</param>
    internal RunbookLibrary(Func<ResponseDefinitions> definitions, Func<string, string?> firstQuery) => (_definitions, _firstQuery) = (definitions, firstQuery);

    public IReadOnlyList<Runbook> All
    {
        get
        {
            var definitions = _definitions();
            var drafts = definitions.Slos.Where(s => definitions.RunbookOf(s) == DraftRunbook.NameOf(s));
            return [.. definitions.Runbooks.OrderBy(r => r.Name, StringComparer.Ordinal), .. drafts.Select(s => Draft(s, definitions)).OrderBy(r => r.Name, StringComparer.Ordinal)];
        }
    }

    public Runbook? Find(string name) => All.FirstOrDefault(r => r.Name == name);

    private Runbook Draft(SloSpec slo, ResponseDefinitions definitions) => DraftRunbook.Of(slo, definitions.OwnerOf(slo), _firstQuery(slo.Id));
}
