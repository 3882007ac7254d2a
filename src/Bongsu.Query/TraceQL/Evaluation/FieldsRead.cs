using Bongsu.Query.TraceQL.Parsing;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Query.TraceQL.Evaluation;

/// <summary>What of spans the parts of a query read, gathered as they are added; a hint for the store. Not thread-safe.</summary>
internal sealed class FieldsRead
{
    /// <summary>What follows from all spans of a trace together: see <see cref="TraceShape"/>.</summary>
    private const SpanParts Shape = SpanParts.Parent | SpanParts.Duration;

    private readonly HashSet<string> _keys = [];
    private SpanParts _parts;
    private bool _readsAllKeys;

    public SpanColumns Columns => new(_parts, _readsAllKeys ? null : _keys);

    /// <summary>What is told of every found trace and span.</summary>
    public FieldsRead AddFound() => Add(Shape | SpanParts.Name | SpanParts.Resource | SpanParts.Status);

    /// <summary>What is told of an exemplar.</summary>
    public FieldsRead AddExemplar() => Add(SpanParts.Name | SpanParts.Duration | SpanParts.Resource);

    /// <summary>All attributes, wherever they are.</summary>
    public FieldsRead AddAllAttributes()
    {
        _readsAllKeys = true;
        return Add(SpanParts.Attributes | SpanParts.Resource | SpanParts.Scope | SpanParts.Events | SpanParts.Links);
    }

    public FieldsRead Add(SpanParts parts)
    {
        _parts |= parts;
        return this;
    }

    public FieldsRead Add(SpansetExpr expr)
    {
        switch (expr)
        {
            case SpansetFilter filter:
                Add(filter.Condition);
                break;
            case SpansetBinary binary:
                if (binary.Operation is not ("&&" or "||"))
                    Add(Shape);
                Add(binary.Left).Add(binary.Right);
                break;
            case SpansetPipeline pipeline:
                foreach (var stage in pipeline.Stages)
                    Add(stage);
                break;
            default:
                AddEverything();
                break;
        }
        return this;
    }

    public FieldsRead Add(MetricStage stage)
    {
        Add(stage.Field);
        foreach (var (_, field) in stage.By)
            Add(field);
        return stage.Compare is null ? this : AddEverything();
    }

    public FieldsRead Add(FieldExpr? expr)
    {
        switch (expr)
        {
            case null or LiteralField:
                break;
            case AttributeField attribute:
                Add(attribute);
                break;
            case IntrinsicField intrinsic:
                Add(PartsOf(intrinsic.Intrinsic));
                break;
            case UnaryField unary:
                Add(unary.Operand);
                break;
            case BinaryField binary:
                Add(binary.Left).Add(binary.Right);
                break;
            default:
                AddEverything();
                break;
        }
        return this;
    }

    private void Add(PipelineStage stage)
    {
        switch (stage)
        {
            case SpansetStage spanset:
                Add(spanset.Spanset);
                break;
            case ScalarFilterStage filter:
                Add(filter.Left);
                Add(filter.Right);
                break;
            case GroupStage group:
                Add(group.By);
                break;
            case SelectStage select:
                foreach (var (_, field) in select.Fields)
                    Add(field);
                break;
            case CoalesceStage:
                break;
            default:
                AddEverything();
                break;
        }
    }

    private void Add(ScalarExpr expr)
    {
        switch (expr)
        {
            case ScalarLiteral:
                break;
            case ScalarAggregate aggregate:
                Add(aggregate.Field);
                break;
            case ScalarBinary binary:
                Add(binary.Left);
                Add(binary.Right);
                break;
            default:
                AddEverything();
                break;
        }
    }

    private void Add(AttributeField attribute)
    {
        Add(attribute.Scope switch
        {
            AttributeScope.Any => SpanParts.Attributes | SpanParts.Resource,
            AttributeScope.Span => SpanParts.Attributes,
            AttributeScope.Resource => SpanParts.Resource,
            AttributeScope.Event => SpanParts.Events,
            AttributeScope.Link => SpanParts.Links,
            _ => SpanParts.Scope,
        });
        if (attribute.Scope is AttributeScope.Any or AttributeScope.Span)
            _keys.Add(attribute.Name);
    }

    private FieldsRead AddEverything()
    {
        _readsAllKeys = true;
        return Add(SpanParts.All);
    }

    private static SpanParts PartsOf(Intrinsic intrinsic) => intrinsic switch
    {
        Intrinsic.Name => SpanParts.Name,
        Intrinsic.Status => SpanParts.Status,
        Intrinsic.StatusMessage => SpanParts.StatusMessage,
        Intrinsic.Duration => SpanParts.Duration,
        Intrinsic.Kind => SpanParts.Kind,
        Intrinsic.SpanId or Intrinsic.TraceId => SpanParts.None,
        Intrinsic.ParentId => SpanParts.Parent,
        Intrinsic.RootName => Shape | SpanParts.Name,
        Intrinsic.RootServiceName => Shape | SpanParts.Resource,
        Intrinsic.TraceDuration or Intrinsic.ChildCount or Intrinsic.NestedSetLeft or Intrinsic.NestedSetRight or Intrinsic.NestedSetParent => Shape,
        Intrinsic.EventName or Intrinsic.EventTimeSinceStart => SpanParts.Events,
        Intrinsic.LinkTraceId or Intrinsic.LinkSpanId => SpanParts.Links,
        Intrinsic.ScopeName or Intrinsic.ScopeVersion => SpanParts.Scope,
        _ => SpanParts.All,
    };
}
